import { partialDepthPayload } from '../publish/payloads.ts';
import { type Endpoint, JsonText } from './endpoint.ts';

export const depth: Endpoint = ({ parameters, market }) => {
  const symbol = parameters.symbol();
  const limit = parameters.limit(100, 5000);
  parameters.end();
  return {
    weight: limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250,
    answer: () =>
      new JsonText(partialDepthPayload(market.instruments.get(symbol)!, market.book(symbol).snapshot(limit))),
  };
};

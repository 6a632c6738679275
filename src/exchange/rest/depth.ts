import { partialDepthPayload } from '../tape/payloads.ts';
import { type Endpoint, JsonText } from './endpoint.ts';

export const depth: Endpoint = ({ parameters, market, stale }) => {
  const symbol = parameters.symbol();
  const limit = parameters.limit(100, 5000);
  parameters.end();
  return {
    weight: limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250,
    answer: () => {
      const book = market.book(symbol);
      const snapshot = stale ? book.earlier(limit) : book.snapshot(limit);
      return new JsonText(partialDepthPayload(market.instruments.get(symbol)!, snapshot));
    },
  };
};

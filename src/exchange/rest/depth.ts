import { partialDepthPayload } from '../tape/payloads.ts';
import { type Endpoint, JsonText } from './endpoint.ts';
import { statusMismatch } from './errors.ts';
import { SYMBOL_STATUSES } from './parameters.ts';

export const depth: Endpoint = ({ parameters, market, stale }) => {
  const symbol = parameters.symbol();
  const limit = parameters.limit(100, 5000);
  const status = parameters.oneOf('symbolStatus', SYMBOL_STATUSES, 'TRADING');
  parameters.end();
  if (status !== 'TRADING') throw statusMismatch();
  return {
    weight: limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250,
    answer: () => {
      const book = market.book(symbol);
      const snapshot = stale ? book.earlier(limit) : book.snapshot(limit);
      return new JsonText(partialDepthPayload(market.instruments.get(symbol)!, snapshot));
    },
  };
};

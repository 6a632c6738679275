import { klineText } from '../tape/kline-text.ts';
import { klines as readKlines } from '../tape/klines.ts';
import type { Endpoint } from './endpoint.ts';

/** `klines` and `uiKlines`: the latter are the same here, as nothing is smoothed for charts. */
export const klines: Endpoint = ({ parameters, market, unit }) => {
  const symbol = parameters.symbol();
  const interval = parameters.interval();
  const startTime = parameters.number('startTime');
  const endTime = parameters.number('endTime');
  const offset = parameters.timeZone();
  const limit = parameters.limit(500, 1000);
  parameters.end();
  return {
    weight: 2,
    answer: async () => {
      const tape = market.tape(symbol);
      const rows = await readKlines(tape, interval, market.now, { startTime, endTime, limit, offset });
      return rows.map(({ openTime, closeTime, bar }) => {
        const text = klineText(tape.instrument, bar);
        return [
          openTime * unit,
          text.open,
          text.high,
          text.low,
          text.close,
          text.volume,
          (closeTime + 1) * unit - 1,
          text.quoteVolume,
          bar.tradeCount,
          text.takerBuyVolume,
          text.takerBuyQuoteVolume,
          '0',
        ];
      });
    },
  };
};

import { klineText } from '../tape/kline-text.ts';
import { klines as readKlines } from '../tape/klines.ts';
import type { Endpoint } from './endpoint.ts';
import { invalidData } from './errors.ts';

/** `klines` and `uiKlines`: the latter are the same here, as nothing is smoothed for charts. */
export const klines: Endpoint = ({ parameters, market, unit }) => {
  const symbol = parameters.symbol();
  const interval = parameters.interval();
  const startTime = parameters.number('startTime');
  const endTime = parameters.number('endTime');
  const offset = timeZoneOffset(parameters.text('timeZone') ?? '0');
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

/** `5`, `-1:00`, `05:45`: from -12:00 to +14:00. In ms. */
function timeZoneOffset(text: string): number {
  const parts = /^([+-]?)(\d{1,2})(?::(\d{2}))?$/.exec(text.trim());
  if (!parts) throw invalidData('timeZone');
  const minutes = Number(parts[2]) * 60 + Number(parts[3] ?? 0);
  const offset = parts[1] === '-' ? -minutes : minutes;
  if (offset < -12 * 60 || offset > 14 * 60) throw invalidData('timeZone');
  return offset * 60_000;
}

import { expect, test } from 'vitest';
import { CandleSeries } from '../../src/candles/index.ts';
import { INDICATORS, indicatorOf } from '../../src/indicators/index.ts';
import type { Trade } from '../../src/market/index.ts';
import { LiveIndicator } from '../../src/runner/live-indicator.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5, 23);

function trade(id: number, time: number, price: number): Trade {
  return {
    type: 'trade',
    symbol: 'BTCUSDT',
    id,
    price,
    quantity: 1 + (id % 7),
    time,
    eventTime: time,
    buyerIsMaker: id % 2 === 0,
  };
}

/** What the indicator gives over the series as it stands, forming bar included, computed anew. */
function anew(id: string, series: CandleSeries): number[][] {
  const indicator = indicatorOf(id, '1m');
  const columns = series.columns({ forming: true });
  const [input = 'close', ...more] = indicator.inputs;
  const result = indicator.batch(more.length === 0 ? columns[input] : columns) as
    | Float64Array
    | Record<string, Float64Array>;
  return result instanceof Float64Array
    ? [Array.from(result)]
    : Object.values(result).map((of) => Array.from(of));
}

test.each(Object.keys(INDICATORS))(
  '%s follows every trade, over the end of a day and a late trade',
  (name) => {
    const series = new CandleSeries('1m', { symbol: 'BTCUSDT', limit: 10_000 });
    const live = new LiveIndicator(indicatorOf(name, '1m'), series);
    // Two and a half hours, five trades a minute; a minute without any, and trades that come after their bar has closed.
    for (let id = 1; id <= 750; id++) {
      const late = id === 400 || id === 401;
      const time = START + Math.floor(id / 5) * MINUTE + (id % 5) * 9_000 - (late ? 5 * MINUTE : 0);
      if (Math.floor(id / 5) === 60) continue;
      const change = series.addTrade(trade(id, time, 100 + 5 * Math.sin(id / 30) + Math.cos(id * 1.3)));
      live.follow(change);
      if (id % 37 !== 0 && !late) continue;
      const { lines } = live.computed();
      expect(Object.keys(lines)).toEqual([...live.indicator.outputs]);
      expect(Object.values(lines).map((line) => Array.from(line))).toEqual(anew(name, series));
    }
    expect(Object.values(live.computed(-20).lines)[0]).toHaveLength(21);
  },
);

test('keeps as many values as the series has bars', () => {
  const series = new CandleSeries('1m', { symbol: 'BTCUSDT', limit: 30 });
  const live = new LiveIndicator(indicatorOf('sma_3'), series);
  for (let id = 1; id <= 200; id++) live.follow(series.addTrade(trade(id, START + id * MINUTE, id)));
  const { sma } = live.computed().lines;
  expect(sma).toHaveLength(series.length + 1);
  expect(sma![sma!.length - 1]).toBe(199);
});

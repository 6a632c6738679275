import { expect, test } from 'vitest';
import { bytesAStep } from '../fixtures/allocation.ts';

const CANDLES = new URL('../../src/candles/index.ts', import.meta.url).href;

/** Ten trades a second into bars of a minute, of which a hundred are kept: closed ones come and go too. */
const SCRIPT = `
const { CandleSeries } = await import(${JSON.stringify(CANDLES)});
const series = new CandleSeries('1m', { symbol: 'BTCUSDT', limit: 100 });
const trade = {
  type: 'trade', symbol: 'BTCUSDT', id: 0, price: 0.5, quantity: 0.5, time: 0.5, eventTime: 0.5, buyerIsMaker: false,
};
const bar = { openTime: 0.5, open: 0.5, high: 0.5, low: 0.5, close: 0.5, volume: 0.5, quoteVolume: 0.5 };
let id = 0;
const out = new Float64Array(8);
const add = (steps) => {
  for (let i = 0; i < steps; i++) {
    trade.id = ++id;
    trade.price = 60_000.25 + (id % 1_000) / 4;
    trade.quantity = 0.25 + (id % 7) / 8;
    trade.time = 1_767_225_600_000 + id * 100 + 0.5;
    trade.eventTime = trade.time;
    out[0] += series.addTrade(trade).closed;
  }
};
const read = (steps) => {
  for (let i = 0; i < steps; i++) out[i & 7] = series.newest(bar).close;
};
const loops = [add, read];
`;

test('a trade takes no memory beyond its share of the bar that it closes, and reading the bar none', () => {
  const [added, read] = bytesAStep(SCRIPT) as [number, number];
  expect(added).toBeLessThan(2);
  expect(read).toBeLessThan(1);
}, 60_000);

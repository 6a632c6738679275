import { expect, test } from 'vitest';
import { SimulatedMarket } from '../../src/exchange/model/market.ts';
import { BarSum } from '../../src/exchange/tape/bar.ts';
import { DOCUMENT_SYMBOLS, USDT_SYMBOLS } from '../../src/market/index.ts';

const START = Date.UTC(2026, 10, 24, 14, 30, 17, 421);
const MINUTE = 60_000;
const DAY = 86_400_000;

function market(startTime = START, seed = 7): SimulatedMarket {
  return new SimulatedMarket({ seed, symbols: [...DOCUMENT_SYMBOLS, ...USDT_SYMBOLS], startTime });
}

test('the same seed gives the same trades, another seed others', () => {
  const of = (seed: number) =>
    market(START, seed)
      .tape('BTCUSD')
      .tradesBetween(START - MINUTE, START + MINUTE);
  expect(of(7).length).toBeGreaterThan(100);
  expect(of(7)).toEqual(of(7));
  expect(of(8)[0]).not.toEqual(of(7)[0]);
});

test('a market that starts later is the same market: ids and prices go on', () => {
  const early = market(START);
  const late = market(START + 5 * MINUTE);
  const ids = early.tape('ETHUSD').tradesBetween(START, START + 10 * MINUTE);
  expect(late.tape('ETHUSD').tradesBetween(START, START + 10 * MINUTE)).toEqual(ids);
  expect(late.tape('ETHUSD').nextId).toBe(ids.find(({ time }) => time >= START + 5 * MINUTE)!.id);
});

test.each(['BTCUSD', 'DOTUSD', 'DOGEUSDT'])(
  'trade and aggregate ids of %s have no hole over a midnight',
  (symbol) => {
    const midnight = Math.floor(START / DAY) * DAY;
    const tape = market().tape(symbol);
    const trades = tape.tradesBetween(midnight - 30 * MINUTE, midnight + 30 * MINUTE);
    expect(trades.length).toBeGreaterThan(20);
    trades.forEach((trade, i) => {
      const before = trades[i - 1];
      if (!before) return;
      expect(trade.id).toBe(before.id + 1);
      expect(trade.aggregateId - before.aggregateId).toBeOneOf([0, 1]);
      expect(trade.time).toBeGreaterThanOrEqual(before.time);
      if (trade.aggregateId === before.aggregateId)
        expect([trade.price, trade.time, trade.buyerIsMaker]).toEqual([
          before.price,
          before.time,
          before.buyerIsMaker,
        ]);
    });
    expect(tape.trades(trades[0]!.id, trades.at(-1)!.id + 1)).toEqual(trades);
    expect(tape.idAt(midnight)).toBe(trades.find(({ time }) => time >= midnight)!.id);
  },
);

test('bars of every length equal the sum of their trades', () => {
  const tape = market().tape('SOLUSD');
  const hour = Math.floor(START / 3_600_000) * 3_600_000 - 3_600_000;
  for (const [from, to] of [
    [hour, hour + MINUTE],
    [hour, hour + 3_600_000],
    [hour + 12_345, hour + 7 * MINUTE + 41],
    [hour + 59 * MINUTE + 59_000, hour + 62 * MINUTE],
    [Math.floor(START / DAY) * DAY - DAY, Math.floor(START / DAY) * DAY],
  ] as const) {
    const sum = new BarSum();
    for (const { id, price, quantity, buyerIsMaker } of tape.tradesBetween(from, to))
      sum.trade(id, price, quantity, buyerIsMaker);
    expect(tape.bar(from, to)).toEqual(sum.result());
  }
});

test('nothing on a tape is ahead of the market', () => {
  const tape = market().tape('BTCUSD');
  const last = tape.trades(tape.nextId - 1, tape.nextId + 100);
  expect(last).toHaveLength(1);
  expect(last[0]!.time).toBeLessThan(START);
  const { lastId } = tape.bar(START - DAY, START + DAY);
  expect(lastId).toBe(tape.nextId - 1);
});

test('the book is never crossed, trades print at its best prices, and its changes lead from step to step', () => {
  const simulated = market();
  const book = simulated.book('BTCUSD');
  const first = Math.floor(START / 100);
  let sides = book.snapshotAt(first, 5000);
  let changed = 0;
  for (let step = first + 1; step < first + 100; step++) {
    const { firstUpdateId, lastUpdateId, bids, asks } = book.change(step);
    expect(firstUpdateId).toBe(sides.lastUpdateId + 1);
    const apply = (
      levels: readonly (readonly [number, number])[],
      changes: [number, number][],
      direction: number,
    ) => {
      const all = new Map(levels);
      for (const [price, quantity] of changes) quantity === 0 ? all.delete(price) : all.set(price, quantity);
      return [...all].sort((a, b) => (a[0] - b[0]) * direction);
    };
    const next = book.snapshotAt(step, 5000);
    expect(apply(sides.bids, bids as [number, number][], -1)).toEqual(next.bids);
    expect(apply(sides.asks, asks as [number, number][], 1)).toEqual(next.asks);
    expect(next.lastUpdateId).toBe(lastUpdateId);
    expect(next.bids[0]![0]).toBeLessThan(next.asks[0]![0]);
    expect(next.bids.length).toBeGreaterThan(500);
    changed += bids.length + asks.length;
    sides = next;
  }
  expect(changed).toBeGreaterThan(100);
  for (const trade of simulated.tape('BTCUSD').tradesBetween(START, START + MINUTE)) {
    const quote = book.quoteFor(trade, 0);
    expect(trade.price).toBe(trade.buyerIsMaker ? quote.bid : quote.ask);
  }
});

test('prices, paces and moves are those of a believable market', () => {
  const simulated = market();
  const hours = Array.from({ length: 24 * 7 }, (_, i) => START - (i + 1) * 3_600_000);
  const returns = (symbol: string) => {
    const tape = simulated.tape(symbol);
    return hours.map((from) => {
      const { open, close } = tape.bar(from, from + 3_600_000);
      return Math.log(close / open);
    });
  };
  const btc = returns('BTCUSD');
  expect(correlation(btc, returns('ETHUSD'))).toBeGreaterThan(0.4);
  expect(correlation(btc, returns('BTCUSDT'))).toBeGreaterThan(0.95);
  const daily = deviation(btc) * Math.sqrt(24);
  expect(daily).toBeGreaterThan(0.005);
  expect(daily).toBeLessThan(0.06);
  const perSecond = (symbol: string) => simulated.tape(symbol).bar(START - DAY, START).tradeCount / 86_400;
  expect(perSecond('BTCUSD')).toBeGreaterThan(2);
  expect(perSecond('DOTUSD')).toBeLessThan(1);
  const { close } = simulated.tape('BTCUSD').bar(START - DAY, START);
  expect(close / 100).toBeGreaterThan(50_000);
  expect(close / 100).toBeLessThan(200_000);
  // Heavy tails: a percent of the trades make up far more than a percent of the volume.
  const sizes = simulated
    .tape('BTCUSD')
    .tradesBetween(START - 30 * MINUTE, START)
    .map(({ quantity }) => quantity)
    .sort((a, b) => b - a);
  const volume = (list: number[]) => list.reduce((sum, size) => sum + size, 0);
  expect(volume(sizes.slice(0, Math.ceil(sizes.length / 100))) / volume(sizes)).toBeGreaterThan(0.1);
});

test('volume follows the time of day', () => {
  const tape = market().tape('BTCUSD');
  const midnight = Math.floor(START / DAY) * DAY;
  let busy = 0;
  let quiet = 0;
  for (let day = 1; day <= 10; day++) {
    busy += tape.bar(midnight - day * DAY + 14 * 3_600_000, midnight - day * DAY + 16 * 3_600_000).tradeCount;
    quiet += tape.bar(midnight - day * DAY + 4 * 3_600_000, midnight - day * DAY + 6 * 3_600_000).tradeCount;
  }
  expect(busy).toBeGreaterThan(1.3 * quiet);
});

function deviation(values: number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function correlation(a: number[], b: number[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const covariance = mean(a.map((value, i) => (value - mean(a)) * (b[i]! - mean(b))));
  return covariance / (deviation(a) * deviation(b));
}

import { expect, test } from 'vitest';
import { trade } from '../../fixtures/market.ts';
import { compareRows } from './compare.ts';
import { expectedTables } from './expected.ts';

const trades = Array.from({ length: 500 }, (_, i) =>
  trade('BTCUSDT', { id: i, price: 10 + Math.sin(i), time: i * 7_000 }),
);
const expected = expectedTables(new Map([['BTCUSDT', trades]]));
const candles = expected.gold_candles_1m!;

test('equal rows are equal, in any order and within the rounding of sums', () => {
  const found = candles.toReversed().map((row) => ({ ...row, volume: Number(row.volume) * (1 + 1e-12) }));
  expect(compareRows('gold_candles_1m', found, candles)).toEqual({
    compared: candles.length,
    missing: 0,
    doubled: 0,
    wrong: 0,
  });
});

test('a row that is missing, one that is there twice, one that differs and one too many are each seen', () => {
  const [, second, third, ...rest] = candles;
  const found = [
    { ...second!, close: Number(second!.close) * (1 + 2e-9) },
    third!,
    third!,
    ...rest,
    { ...third!, open_time: -60_000 },
  ];
  expect(compareRows('gold_candles_1m', found, candles)).toEqual({
    compared: candles.length,
    missing: 1,
    doubled: 1,
    wrong: 2,
  });
});

test('what is expected of gold: averages of each candle, a volatility from the 21st, quarters up to that of the last candle', () => {
  expect(candles).toHaveLength(59);
  expect(expected.gold_moving_averages).toHaveLength(59);
  expect(expected.gold_volatility).toHaveLength(39);
  expect(expected.gold_statistics_24h!.map(({ event_time }) => event_time)).toEqual([
    900_000, 1_800_000, 2_700_000, 3_600_000,
  ]);
});

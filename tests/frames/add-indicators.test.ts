import { describe, expect, test } from 'vitest';
import { addIndicators, fromFrame, toFrame } from '../../src/frames/index.ts';
import { atr, bollinger, macd, pctChange, rolling, sma } from '../../src/indicators/index.ts';
import { CandlebookError } from '../../src/market/index.ts';

const close = Float64Array.from({ length: 60 }, (_, i) => 65_432.123456789 + Math.sin(i) * 100);
const source = {
  symbol: Array.from(close, () => 'BTCUSDT'),
  high: close.map((c) => c + 1),
  low: close.map((c) => c - 1),
  close,
};

describe('addIndicators', () => {
  test('adds each line as a column named after the indicator, in full precision', async () => {
    const frame = await toFrame(source);
    const average = sma(20);
    average.batch(close);
    const wider = await addIndicators(frame, [average, macd(12, 26, 9), atr(14)]);
    expect(wider.columns).toEqual([
      ...['symbol', 'high', 'low', 'close', 'sma_20'],
      ...['macd_12_26_9_macd', 'macd_12_26_9_signal', 'macd_12_26_9_histogram', 'atr_14'],
    ]);
    const columns = fromFrame(wider);
    expect(columns.sma_20).toEqual(sma(20).batch(close));
    expect(columns.macd_12_26_9_signal).toEqual(macd().batch(close).signal);
    expect(columns.symbol).toEqual(source.symbol);
    // What was passed stays as it was: the frame, and the indicator with its 60 bars.
    expect([frame.shape[1], average.count]).toEqual([4, 60]);
  });

  test('names of one’s own, and functions of the columns', async () => {
    const wider = await addIndicators(await toFrame(source), {
      fast: sma(5),
      bands: bollinger(20),
      change: (columns) => pctChange(columns.close!),
      swing: (columns) => rolling(columns.close!, 10).std(),
    });
    const columns = fromFrame(wider);
    expect(Object.keys(columns).slice(4)).toEqual([
      'fast',
      'bands_upper',
      'bands_middle',
      'bands_lower',
      'change',
      'swing',
    ]);
    expect(columns.change).toEqual(pctChange(close));
  });

  test('a frame that lacks a column, or has a hole in it, is refused', async () => {
    const frame = await toFrame({ close: Float64Array.of(1, Number.NaN, 3) });
    await expect(addIndicators(frame, [atr(2)])).rejects.toThrow('atr_2 reads the column high');
    await expect(addIndicators(frame, [sma(2)])).rejects.toThrow('at index 1');
    await expect(addIndicators(frame, { odd: () => [1] })).rejects.toThrow(CandlebookError);
  });

  test('rows out of order or of the same time are refused with their index', async () => {
    for (const openTime of [
      [1, 3, 2],
      [1, 2, 2],
    ]) {
      const frame = await toFrame({ openTime: Float64Array.from(openTime), close: Float64Array.of(1, 2, 3) });
      await expect(addIndicators(frame, [sma(2)])).rejects.toThrow(
        'openTime is 2 at index 2, which is not after',
      );
    }
  });

  test('an empty frame and one of a single row get columns without values', async () => {
    const empty = await addIndicators(await toFrame({ close: new Float64Array(0) }), [sma(3)]);
    expect([empty.shape, empty.columns]).toEqual([
      [0, 2],
      ['close', 'sma_3'],
    ]);
    const lone = await addIndicators(await toFrame({ close: Float64Array.of(5) }), [sma(3)]);
    expect(fromFrame(lone).sma_3).toEqual(Float64Array.of(Number.NaN));
  });
});

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CANDLE_COLUMNS, CandleSeries } from '../../src/candles/index.ts';
import { loadDanfo } from '../../src/frames/danfo.ts';
import { fromFrame, toFrame } from '../../src/frames/index.ts';
import { CandlebookError } from '../../src/market/index.ts';
import { ticker, trade } from '../fixtures/market.ts';

/** Values that a float32, an int32 or a text in between would spoil. */
const EXACT = [0.1, 65432.123456789, 1e-8, Number.MAX_SAFE_INTEGER, 1_700_000_000_123, -0, 1 / 3, Number.NaN];

function series(): CandleSeries {
  const candles = new CandleSeries('1m', { symbol: 'BTCUSDT' });
  for (let i = 0; i < 200; i++) {
    const time = Date.UTC(2026, 0, 5) + i * 30_000;
    candles.addTrade(trade('BTCUSDT', { id: i, time, price: 65432.123456 + i / 7, quantity: 1 / (i + 3) }));
  }
  return candles;
}

describe('toFrame and fromFrame', () => {
  test('a candle series goes in and out bit for bit', async () => {
    const candles = series();
    const frame = await toFrame(candles);
    expect(frame.shape).toEqual([99, CANDLE_COLUMNS.length]);
    expect(frame.columns).toEqual([...CANDLE_COLUMNS]);
    expect(fromFrame(frame)).toEqual(candles.columns());
    const live = await toFrame(candles, { forming: true });
    expect(fromFrame(live)).toEqual(candles.columns({ forming: true }));
    expect(new Set(frame.dtypes)).toEqual(new Set(['float32']));
  });

  test('doubles that narrower types would spoil', async () => {
    const frame = await toFrame({ value: Float64Array.from(EXACT), time: EXACT.map((_, i) => i) });
    const back = fromFrame(frame);
    expect([...(back.value as Float64Array)]).toEqual(EXACT);
    expect(back.time).toBeInstanceOf(Float64Array);
  });

  test('texts, truths and absent cells', async () => {
    const columns = { symbol: ['BTC', null, '7'], up: [true, false, true], price: [1.5, null, 3] };
    const back = fromFrame(await toFrame(columns));
    expect(back.symbol).toEqual(['BTC', null, '7']);
    expect(back.up).toEqual([true, false, true]);
    expect(back.price).toEqual(Float64Array.of(1.5, Number.NaN, 3));
  });

  test('rows: tickers become a frame that Danfo can ask', async () => {
    const frame = await toFrame([ticker('BTCUSDT', { lastPrice: 7 }), ticker('ETHUSDT', { lastPrice: 3 })]);
    expect(frame.column('symbol').values).toEqual(['BTCUSDT', 'ETHUSDT']);
    expect(frame.head(1).shape).toEqual([1, Object.keys(ticker('A')).length]);
    expect(frame.toString()).toContain('lastPrice');
  });

  test('an empty series, one row, no column', async () => {
    const empty = await toFrame(new CandleSeries('1m', { symbol: 'A' }));
    expect(empty.shape).toEqual([0, CANDLE_COLUMNS.length]);
    expect(fromFrame(empty).close).toEqual(new Float64Array(0));
    expect((await toFrame({ close: Float64Array.of(5) })).shape).toEqual([1, 1]);
    expect((await toFrame([])).shape).toEqual([0, 0]);
  });

  test('columns of unequal length and what is no frame are refused', async () => {
    await expect(toFrame({ a: Float64Array.of(1), b: [] })).rejects.toThrow('Column b has 0 values');
    expect(() => fromFrame({} as never)).toThrow(CandlebookError);
  });
});

describe('Danfo', () => {
  test('that is not installed: what to install, and what works without', async () => {
    const absent = Object.assign(new Error("Cannot find package 'danfojs-node' imported from x"), {
      code: 'ERR_MODULE_NOT_FOUND',
    });
    const error = await loadDanfo(() => Promise.reject(absent)).catch((e) => e);
    expect(error).toBeInstanceOf(CandlebookError);
    expect(error.code).toBe('PACKAGE_MISSING');
    expect(error.message).toContain('danfojs-node is not installed');
    expect(error.hint).toContain('npm install danfojs-node');
    expect(error.hint).toContain('overrides');
    expect(error.cause).toBe(absent);
  });

  test('that lacks a dependency of its own is not said to be absent', async () => {
    const broken = Object.assign(new Error("Cannot find module '@tensorflow/tfjs-node'"), {
      code: 'MODULE_NOT_FOUND',
    });
    const error = await loadDanfo(() => Promise.reject(broken)).catch((e) => e);
    expect(error.message).toContain("could not be loaded: Cannot find module '@tensorflow/tfjs-node'");
  });

  test('is loaded at the first frame and not before, and prints nothing to stderr', () => {
    const frames = fileURLToPath(new URL('../../src/frames/index.ts', import.meta.url));
    const script = `
      const { toFrame } = await import(${JSON.stringify(frames)});
      const { createRequire } = await import('node:module');
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('danfojs-node'));
      const before = loaded();
      const frame = await toFrame({ a: Float64Array.of(1, 2, 3), b: Float64Array.of(4, 5, 6.5) });
      frame.describe().print();
      const sum = frame.add(1);
      sum.print();
      console.log(JSON.stringify([before, loaded(), sum.values]));
    `;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
      timeout: 20_000,
    });
    expect(child.stderr).toBe('');
    expect(child.stdout.trim().split('\n').at(-1)).toBe('[false,true,[[2,5],[3,6],[4,7.5]]]');
  });
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { CandleSeries } from '../../src/candles/index.ts';
import { startExchange } from '../../src/exchange/index.ts';
import { createRest, liveFeed } from '../../src/fetcher/index.ts';
import type { Trade } from '../../src/market/index.ts';
import { openTradeTable } from '../../src/store/index.ts';
import { pythonWith, venvPython } from '../fixtures/python.ts';
import { sharedDataPath, testWithSharedData } from '../fixtures/shared-data.ts';

/*
 * Ten minutes of the real exchange on their whole way: embedded exchange, socket, feed, candles and table, against a
 * Python script that reads the files by itself, and against what delta-rs finds in the table.
 */

const FILES = ['btcusdt_20240808', 'btcusdt_20240809', 'ethusdt_20240808', 'ethusdt_20240809'].map(
  (name) => `capture-2024-08/${name}.gz`,
);
const SYMBOLS = ['BTCUSDT', 'ETHUSDT'];
const script = fileURLToPath(new URL('recorded_minutes.py', import.meta.url));

interface Summary {
  trades: number;
  first: number;
  last: number;
  /** By open time: open, high, low, close, volume. */
  minutes: Record<string, [number, number, number, number, number]>;
}

function summaries(python: string, ...args: string[]): Record<string, Summary> {
  return JSON.parse(execFileSync(python, [script, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 }));
}

function summaryOf(trades: readonly Trade[], series: CandleSeries): Summary {
  const { openTime, open, high, low, close, volume } = series.columns({ forming: true });
  return {
    trades: trades.length,
    first: trades[0]!.id,
    last: trades.at(-1)!.id,
    minutes: Object.fromEntries(
      [...openTime].map((time, i) => [time, [open[i]!, high[i]!, low[i]!, close[i]!, volume[i]!]]),
    ),
  };
}

testWithSharedData(
  'the recorded 10 min 51 s arrive whole: trades, ids, each minute’s OHLCV, in candles and table',
  FILES,
  async () => {
    const exchange = await startExchange({ recording: FILES.map(sharedDataPath), speed: 300 });
    const location = mkdtempSync(join(tmpdir(), 'candlebook-recorded-'));
    const rest = createRest({ restUrl: exchange.restUrl });
    try {
      const table = await openTradeTable({ location, source: 'recorded' });
      const series = new Map(SYMBOLS.map((symbol) => [symbol, new CandleSeries('1m', { symbol })]));
      const seen = new Map<string, Trade[]>(SYMBOLS.map((symbol) => [symbol, []]));
      const feed = liveFeed({ wsUrl: exchange.wsUrl, symbols: SYMBOLS, streams: ['trade'], rest });
      const expected = summaries(venvPython() ?? 'python3', 'frames', ...FILES.map(sharedDataPath));
      for await (const event of feed) {
        if (event.type !== 'trade') {
          expect(event.type, JSON.stringify(event)).not.toBe('gap');
          continue;
        }
        seen.get(event.symbol)!.push(event);
        series.get(event.symbol)!.addTrade(event);
        table.append([event]).catch(() => undefined);
        if (SYMBOLS.every((symbol) => seen.get(symbol)!.at(-1)?.id === expected[symbol]!.last)) break;
      }
      expect(feed.source).toBe('recorded');
      await table.close();
      const ours = Object.fromEntries(
        SYMBOLS.map((symbol) => [symbol, summaryOf(seen.get(symbol)!, series.get(symbol)!)]),
      );
      expect(ours).toEqual(expected);
      expect(Object.values(ours).map(({ trades }) => trades)).toEqual([19_904, 14_515]);
      const reopened = await openTradeTable({ location, source: 'recorded' });
      for (const symbol of SYMBOLS) expect(reopened.lastTradeId(symbol)).toBe(expected[symbol]!.last);
      await reopened.close();
      const python = pythonWith('deltalake', 'pyarrow');
      if (python || process.env.CI) expect(summaries(python!, 'table', table.location)).toEqual(expected);
    } finally {
      await rest.close();
      await exchange.close();
      rmSync(location, { recursive: true, force: true });
    }
  },
  90_000,
);

import { expect, test } from 'vitest';
import { CANDLE_COLUMNS } from '../../../src/candles/index.ts';
import { candlesBySymbol } from '../../../src/cloud/index.ts';
import { candlestick, volumeBars } from '../../../src/dashboard/index.ts';
import { toFrame } from '../../../src/frames/index.ts';
import { CANDLES } from '../../../src/store/schema.ts';
import { column, eachWorkspace } from './workspace.ts';

const on = eachWorkspace();

const KINDS: Record<string, string> = {
  string: 'STRING',
  timestamp: 'TIMESTAMP',
  double: 'DOUBLE',
  long: 'LONG',
  date: 'DATE',
};
const COLUMNS = CANDLES.columns.map(({ name, type }) => column(name, KINDS[type as string]!));
const SHOWN = { symbol: 'BTCUSDT', interval: '1m', theme: 'light', source: 'simulated' } as const;
const TEN = Date.UTC(2026, 10, 27, 10);

/** A bar as the API gives it: every cell a text. */
function bar(symbol: string, minute: number, open: number): (string | null)[] {
  const time = (ms: number) => new Date(TEN + ms).toISOString();
  const cells: Record<string, string> = {
    symbol,
    interval: '1m',
    open_time: time(minute * 60_000),
    open: String(open),
    high: String(open + 2),
    low: String(open - 1),
    close: String(open + 1),
    volume: '12.5',
    close_time: time(minute * 60_000 + 59_999),
    quoteVolume: '1000.25',
    tradeCount: '42',
    takerBuyVolume: '6',
    takerBuyQuoteVolume: '500',
    processing_time: time(minute * 60_000 + 61_000),
    date: '2026-11-27',
  };
  return COLUMNS.map(({ name }) => cells[name] ?? null);
}

const rows = [
  bar('ETHUSDT', 1, 10),
  bar('BTCUSDT', 2, 102),
  bar('BTCUSDT', 0, 100),
  bar('BTCUSDT', 1, 101),
  bar('ETHUSDT', 0, 9),
];

test('candles of the gold table are what figures and frames take: by symbol, oldest first', async () => {
  on.api.statements.results.set('select * from gold_candles_1m', { columns: COLUMNS, rows, chunkRows: 2 });
  const candles = candlesBySymbol(await on.open().sql('select * from gold_candles_1m'));
  expect([...candles.keys()].sort()).toEqual(['BTCUSDT', 'ETHUSDT']);
  const bars = candles.get('BTCUSDT')!;
  expect(Object.keys(bars)).toEqual([...CANDLE_COLUMNS]);
  expect(bars.openTime).toEqual(Float64Array.of(TEN, TEN + 60_000, TEN + 120_000));
  expect(bars.open).toEqual(Float64Array.of(100, 101, 102));
  const figure = candlestick(bars, SHOWN);
  expect(JSON.stringify(figure.data)).toContain('candlestick');
  expect(volumeBars(bars, SHOWN).data.length).toBeGreaterThan(0);
  expect((await toFrame(bars)).shape).toEqual([3, CANDLE_COLUMNS.length]);
});

test('rows that are no candles, or hold a bar twice, are refused', async () => {
  const { statements } = on.api;
  statements.results.set('few', { columns: [column('symbol', 'STRING')], rows: [['BTCUSDT']] });
  statements.results.set('twice', { columns: COLUMNS, rows: [rows[0]!, rows[0]!] });
  const hole = rows[0]!.map((cell, at) => (COLUMNS[at]!.name === 'close' ? null : cell));
  statements.results.set('hole', { columns: COLUMNS, rows: [hole] });
  const client = on.open();
  for (const [text, said] of [
    ['few', 'open_time, open'],
    ['twice', 'is there twice'],
    ['hole', 'no number in close'],
  ] as const) {
    const result = await client.sql(text);
    expect(() => candlesBySymbol(result)).toThrow(said);
  }
});

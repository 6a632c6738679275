import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { startExchange } from '../../src/exchange/index.ts';
import { SOURCE_HEADER } from '../../src/market/index.ts';
import { sharedDataPath, testWithSharedData } from '../fixtures/shared-data.ts';
import { get, TestSocket, until } from './client.ts';
import { ohlcv, type TextTrade } from './ohlcv.ts';

const FILES = ['btcusdt_20240808', 'btcusdt_20240809', 'ethusdt_20240808', 'ethusdt_20240809'].map(
  (name) => `capture-2024-08/${name}.gz`,
);

interface RecordedTrade extends TextTrade {
  readonly time: number;
}

/** The trades of a pair straight from its files. */
function recordedTrades(symbol: string): RecordedTrade[] {
  return FILES.filter((file) => file.includes(symbol))
    .flatMap((file) =>
      gunzipSync(readFileSync(sharedDataPath(file)))
        .toString()
        .split('\n'),
    )
    .filter((line) => line.includes('@trade"'))
    .map((line) => JSON.parse(line.slice(line.indexOf(' ') + 1)).data)
    .map(({ t, p, q, T, m }) => ({ id: t, price: p, quantity: q, time: T, buyerIsMaker: m }));
}

testWithSharedData(
  'a replay sends exactly the recorded trades, and klines, REST and book agree with them',
  FILES,
  async () => {
    const exchange = await startExchange({ recording: FILES.map(sharedDataPath), speed: 1000 });
    try {
      expect(exchange.source).toBe('recorded');
      const before = exchange.now;
      const names = ['btcusdt', 'ethusdt'].flatMap((s) => [
        `${s}@trade`,
        `${s}@kline_1m`,
        `${s}@depth@100ms`,
        `${s}@bookTicker`,
      ]);
      const socket = await TestSocket.open(exchange, `/stream?streams=${names.join('/')}`);
      expect(socket.headers[SOURCE_HEADER]).toBe('recorded');
      const snapshot = (await get(exchange, 'depth?symbol=ETHUSDT&limit=5000')).body;
      await exchange.finished;
      await socket.settle();
      expect(exchange.now - before).toBeGreaterThan(650_000);
      for (const symbol of ['btcusdt', 'ethusdt']) {
        const recorded = recordedTrades(symbol);
        const sent = socket.of(`${symbol}@trade`);
        expect(
          sent.map(({ t, p, q, T, m }) => ({ id: t, price: p, quantity: q, time: T, buyerIsMaker: m })),
        ).toEqual(recorded);
        const klines = socket.of(`${symbol}@kline_1m`).filter(({ k }) => k.x);
        expect(klines).toHaveLength(11);
        const rows = (await get(exchange, `klines?symbol=${symbol.toUpperCase()}&interval=1m`)).body;
        expect(rows).toHaveLength(12);
        for (const [i, { k }] of klines.entries()) {
          const minute = recorded.filter(({ time }) => time >= k.t && time <= k.T);
          expect([k.o, k.h, k.l, k.c, k.v, k.q, k.n, k.V, k.Q]).toEqual(ohlcv(minute));
          expect([k.f, k.L]).toEqual([minute[0]!.id, minute.at(-1)!.id]);
          expect(rows[i]).toEqual([k.t, k.o, k.h, k.l, k.c, k.v, k.T, k.q, k.n, k.V, k.Q, '0']);
        }
        const page = (
          await get(
            exchange,
            `historicalTrades?symbol=${symbol.toUpperCase()}&fromId=${recorded[500]!.id}&limit=2`,
          )
        ).body;
        expect(page.map(({ id, price }: { id: number; price: string }) => [id, price])).toEqual(
          recorded.slice(500, 502).map(({ id, price }) => [id, price]),
        );
      }
      expect(
        exchange
          .ledger()
          .map(({ symbol, firstTradeId, lastTradeId, trades }) => [
            symbol,
            firstTradeId,
            lastTradeId,
            trades,
          ]),
      ).toEqual([
        ['BTCUSDT', 3735683259, 3735703162, 19904],
        ['ETHUSDT', 1520538925, 1520553439, 14515],
      ]);
      const book = { b: new Map<string, string>(snapshot.bids), a: new Map<string, string>(snapshot.asks) };
      for (const diff of socket.of('ethusdt@depth@100ms').filter(({ u }) => u > snapshot.lastUpdateId))
        for (const side of ['b', 'a'] as const)
          for (const [price, quantity] of diff[side])
            Number(quantity) === 0 ? book[side].delete(price) : book[side].set(price, quantity);
      const after = (await get(exchange, 'depth?symbol=ETHUSDT&limit=5000')).body;
      expect(after.bids).toEqual([...book.b].sort((x, y) => Number(y[0]) - Number(x[0])).slice(0, 5000));
      expect(after.asks).toEqual([...book.a].sort((x, y) => Number(x[0]) - Number(y[0])).slice(0, 5000));
      socket.close();
    } finally {
      await exchange.close();
    }
  },
);

describe('a small recording', () => {
  const LINES = [
    '1723161254000000000 {"stream":"aaausdt@trade","data":{"e":"trade","E":1723161255300,"s":"AAAUSDT","t":10,"p":"1.50000000","q":"2.00000000","T":1723161255300,"m":true,"M":true}}',
    '1723161254100000000 {"stream":"aaausdt@trade","data":{"e":"trade","E":1723161255390,"s":"AAAUSDT","t":11,"p":"1.50000000","q":"3.00000000","T":1723161255300,"m":true,"M":true}}',
    '1723161254200000000 {"stream":"aaausdt@trade","data":{"e":"trade","E":1723161255490,"s":"AAAUSDT","t":12,"p":"1.25000000","q":"0.50000000","T":1723161255490,"m":false,"M":true}}',
    '',
  ];

  async function withFile(text: string, use: (path: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'replay-'));
    try {
      await writeFile(join(folder, 'capture.txt'), text);
      await use(join(folder, 'capture.txt'));
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test('waits for a subscriber, keeps the frames byte for byte, and forms aggregates', () =>
    withFile(LINES.join('\n'), async (path) => {
      const exchange = await startExchange({ recording: [path] });
      try {
        const began = exchange.now;
        await new Promise((resolve) => setTimeout(resolve, 80));
        expect(exchange.now).toBe(began);
        const raw = await TestSocket.open(exchange, '/stream?streams=aaausdt@trade/aaausdt@aggTrade');
        const texts: string[] = [];
        raw.socket.on('message', (data) => texts.push(String(data)));
        await exchange.finished;
        await until(() => texts.length >= 5);
        expect(texts.filter((text) => text.includes('@trade'))).toEqual(
          LINES.filter(Boolean).map((line) => line.slice(line.indexOf(' ') + 1)),
        );
        expect(raw.of('aaausdt@aggTrade').map(({ a, q, f, l }) => [a, q, f, l])).toEqual([
          [1, '5.00000000', 10, 11],
          [2, '0.50000000', 12, 12],
        ]);
        const info = (await get(exchange, 'exchangeInfo')).body;
        expect(info.symbols.map(({ symbol }: { symbol: string }) => symbol)).toEqual(['AAAUSDT']);
        raw.close();
      } finally {
        await exchange.close();
      }
    }));

  test('keeps the recorded distances', () =>
    withFile(LINES.join('\n'), async (path) => {
      const exchange = await startExchange({ recording: [path], clock: 'manual', maxMessagesPerSecond: 20 });
      try {
        const socket = await TestSocket.open(exchange, '/stream?streams=aaausdt@trade');
        const sent: number[] = [];
        for (const ms of [50, 45, 10, 90, 10]) {
          exchange.advance(ms);
          await socket.settle();
          sent.push(socket.frames.length);
        }
        // Received 100 ms apart, the first at the very beginning.
        expect(sent).toEqual([1, 1, 2, 2, 3]);
        await exchange.finished;
        socket.close();
      } finally {
        await exchange.close();
      }
    }));

  test('a bar is closed only when its last trade has arrived, however late', () => {
    const line = (received: number, id: number, time: number) =>
      `${received}000000 {"stream":"aaausdt@trade","data":{"e":"trade","E":${time},"s":"AAAUSDT","t":${id},"p":"1.00000000","q":"2.00000000","T":${time},"m":true,"M":true}}\n`;
    const late = line(1723161298000, 1, 1723161299300) + line(1723161298750, 2, 1723161299990);
    return withFile(late + line(1723161299500, 3, 1723161300800), async (path) => {
      const exchange = await startExchange({ recording: [path], speed: 5 });
      try {
        const socket = await TestSocket.open(exchange, '/stream?streams=aaausdt@kline_1m');
        await exchange.finished;
        await until(() => socket.frames.length > 0);
        const closed = socket.of('aaausdt@kline_1m').filter(({ k }) => k.x);
        expect(closed.map(({ k }) => [k.n, k.f, k.L])).toEqual([[2, 1, 2]]);
        socket.close();
      } finally {
        await exchange.close();
      }
    });
  });

  test.each([
    ['1723161254000000000 {"lastUpdateId":1,"bids":[],"asks":[]}\n', /Nothing to replay/],
    ['hello\n', /line 1/],
  ])('%j is refused', (text, message) =>
    withFile(text, async (path) => {
      await expect(startExchange({ recording: [path] })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
      await expect(startExchange({ recording: [path] })).rejects.toThrow(message);
    }),
  );

  test('a file that is not there is refused', async () => {
    await expect(startExchange({ recording: ['/nowhere/capture.gz'] })).rejects.toThrow(/capture\.gz/);
  });
});

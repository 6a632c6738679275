import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../../src/exchange/index.ts';
import { createRest, type RestClient } from '../../src/fetcher/index.ts';
import { sharedDataPath, testWithSharedData } from '../fixtures/shared-data.ts';

describe('every answer of the exchange, typed', () => {
  const NOW = Date.UTC(2026, 10, 24, 14, 30, 17, 421);
  let exchange: Exchange;
  let rest: RestClient;
  beforeAll(async () => {
    exchange = await startExchange({ seed: 7, startTime: NOW, clock: 'manual' });
    rest = createRest(exchange);
  });
  afterAll(async () => {
    await rest.close();
    await exchange.close();
  });

  const raw = async (path: string) => (await fetch(`${exchange.restUrl}/api/v3/${path}`)).json();

  test('numbers are those of the text, each once, in its own field', async () => {
    const [text] = await raw('klines?symbol=BTCUSD&interval=1m&limit=1');
    const [candle] = await rest.klines('BTCUSD', '1m', { limit: 1 });
    const names = [
      'openTime', 'open', 'high', 'low', 'close', 'volume', 'closeTime', 'quoteVolume', 'tradeCount',
      'takerBuyVolume', 'takerBuyQuoteVolume',
    ] as const; // biome-ignore format: in the exchange's order
    expect(names.map((name) => candle![name])).toEqual(text.slice(0, 11).map(Number));
    const [trade] = await raw('trades?symbol=BTCUSD&limit=1');
    expect((await rest.trades('BTCUSD', 1))[0]).toEqual({
      type: 'trade',
      symbol: 'BTCUSD',
      id: trade.id,
      price: Number(trade.price),
      quantity: Number(trade.qty),
      time: trade.time,
      eventTime: trade.time,
      buyerIsMaker: trade.isBuyerMaker,
    });
    const depth = await raw('depth?symbol=BTCUSD&limit=5');
    expect(await rest.depth('BTCUSD', 5)).toEqual({
      lastUpdateId: depth.lastUpdateId,
      bids: depth.bids.map((level: string[]) => level.map(Number)),
      asks: depth.asks.map((level: string[]) => level.map(Number)),
    });
    const [aggregate] = await raw('aggTrades?symbol=BTCUSD&limit=1');
    expect((await rest.aggTrades('BTCUSD', { limit: 1 }))[0]).toMatchObject({
      id: aggregate.a,
      firstTradeId: aggregate.f,
      lastTradeId: aggregate.l,
      price: Number(aggregate.p),
      quantity: Number(aggregate.q),
      time: aggregate.T,
    });
  });

  test('tickers by symbols, in the order asked for; all of them only when asked', async () => {
    const few = await rest.ticker24h(['ETHUSD', 'BTCUSD']);
    expect(few.map(({ symbol }) => symbol)).toEqual(['ETHUSD', 'BTCUSD']);
    const all = await rest.ticker24h('all');
    expect(all.map(({ symbol }) => symbol)).toEqual(exchange.symbols);
    expect(all[1]).toEqual(few[0]);
    await expect(rest.ticker24h([])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('of more symbols than an address can name, those that were asked for', async () => {
    const many = await startExchange({ clock: 'manual', startTime: exchange.now, symbolCount: 1_000 });
    const client = createRest({ restUrl: many.restUrl });
    try {
      const asked = many.symbols.slice(0, 990).toReversed();
      expect((await client.exchangeInfo(asked)).symbols.map(({ symbol }) => symbol)).toEqual(asked);
      const unknown = client.exchangeInfo([...asked, 'NOSUCHUSD']);
      await expect(unknown).rejects.toMatchObject({ code: 'SYMBOL_UNKNOWN', value: 'NOSUCHUSD' });
    } finally {
      await client.close();
      await many.close();
    }
    const urls: string[] = [];
    const server = createServer((request, response) => {
      urls.push(request.url ?? '');
      response.end('[]');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const noting = createRest({ restUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    const hundred = Array.from({ length: 100 }, (_, i) => `A${i}USDT`);
    for (const asked of [hundred, [...hundred, 'BUSDT']])
      await expect(noting.ticker24h(asked)).rejects.toMatchObject({ code: 'SYMBOL_UNKNOWN' });
    await noting.close();
    server.close();
    expect(urls.map((url) => url.split('=')[0])).toEqual([
      '/api/v3/ticker/24hr?symbols',
      '/api/v3/ticker/24hr',
    ]);
  });

  test('rules of the pairs', async () => {
    const { symbols } = await rest.exchangeInfo(['BTCUSD', 'DOTUSD']);
    expect(symbols).toEqual([
      { symbol: 'BTCUSD', status: 'TRADING', baseAsset: 'BTC', quoteAsset: 'USD', tickSize: 0.01, stepSize: 0.00001 },
      { symbol: 'DOTUSD', status: 'TRADING', baseAsset: 'DOT', quoteAsset: 'USD', tickSize: 0.001, stepSize: 0.01 },
    ]); // biome-ignore format: a pair a line
    expect(rest.weightLimit).toBe(6_000);
  });

  test('stamps in microseconds become the same milliseconds', async () => {
    const fine = createRest({ ...exchange, restUrl: exchange.restUrl, microseconds: true });
    try {
      expect(await fine.serverTime()).toBe(NOW);
      for (const interval of ['1s', '1h', '1M'] as const)
        expect(await fine.klines('BTCUSD', interval, { limit: 3 })).toEqual(
          await rest.klines('BTCUSD', interval, { limit: 3 }),
        );
      expect(await fine.trades('BTCUSD', 5)).toEqual(await rest.trades('BTCUSD', 5));
      expect(await fine.ticker24h(['BTCUSD'])).toEqual(await rest.ticker24h(['BTCUSD']));
    } finally {
      await fine.close();
    }
  });
});

const FILES = ['exchangeInfo_all.json', 'ticker_24hr_all.json'].map((name) => `rest-2020-04/${name}`);

testWithSharedData('recorded answers of all pairs: every number is that of its text', FILES, async () => {
  const [info, tickers] = FILES.map((file) => readFileSync(sharedDataPath(file), 'utf8')) as [string, string];
  const server = createServer((request, response) => {
    response.end(request.url?.includes('exchangeInfo') ? info : tickers);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const rest = createRest({ restUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  try {
    const recorded = JSON.parse(tickers) as Record<string, string>[];
    const typed = await rest.ticker24h('all');
    expect(typed).toHaveLength(recorded.length);
    typed.forEach((ticker, i) => {
      const text = recorded[i]!;
      expect([
        ticker.symbol,
        ticker.lastPrice,
        ticker.quoteVolume,
        ticker.bidQuantity,
        ticker.tradeCount,
      ]).toEqual([
        text.symbol,
        Number(text.lastPrice),
        Number(text.quoteVolume),
        Number(text.bidQty),
        text.count,
      ]);
    });
    const { symbols } = await rest.exchangeInfo();
    expect(symbols.length).toBeGreaterThan(700);
    for (const { tickSize, stepSize } of symbols) {
      expect(tickSize).toBeGreaterThan(0);
      expect(stepSize).toBeGreaterThan(0);
    }
  } finally {
    await rest.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

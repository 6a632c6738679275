import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../../src/exchange/index.ts';
import {
  CandlebookError,
  DOCUMENT_SYMBOLS,
  INTERVALS,
  SOURCE_HEADER,
  USDT_SYMBOLS,
} from '../../src/market/index.ts';
import { get } from './client.ts';
import { ohlcv } from './ohlcv.ts';

const START = Date.UTC(2026, 10, 24, 14, 30, 17, 421);
let exchange: Exchange;

beforeAll(async () => {
  exchange = await startExchange({ seed: 7, startTime: START, clock: 'manual', weightLimit: 100_000 });
});
afterAll(() => exchange.close());

test('lists the documented pairs with their filters', async () => {
  const { body } = await get(exchange, 'exchangeInfo');
  expect(body.symbols.map(({ symbol }: { symbol: string }) => symbol)).toEqual([
    ...DOCUMENT_SYMBOLS,
    ...USDT_SYMBOLS,
  ]);
  expect(body.rateLimits[0]).toEqual({
    rateLimitType: 'REQUEST_WEIGHT',
    interval: 'MINUTE',
    intervalNum: 1,
    limit: 100_000,
  });
  const dot = body.symbols.find(({ symbol }: { symbol: string }) => symbol === 'DOTUSD');
  expect([dot.baseAsset, dot.quoteAsset, dot.status]).toEqual(['DOT', 'USD', 'TRADING']);
  expect(dot.filters[0]).toMatchObject({ filterType: 'PRICE_FILTER', tickSize: '0.00100000' });
  expect(dot.filters[1]).toMatchObject({ filterType: 'LOT_SIZE', stepSize: '0.01000000' });
  expect((await get(exchange, 'exchangeInfo?symbols=["BTCUSD","ETHUSD"]')).body.symbols).toHaveLength(2);
});

test.each([
  ['ticker/24hr?symbol=NOPE', 400, -1121, 'Invalid symbol.'],
  ['klines?symbol=BTCUSD&interval=7m', 400, -1120, 'Invalid interval.'],
  [
    'klines?interval=1m',
    400,
    -1102,
    "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.",
  ],
  [
    'klines?symbol=BTCUSD',
    400,
    -1102,
    "Mandatory parameter 'interval' was not sent, was empty/null, or malformed.",
  ],
  ['trades?symbol=', 400, -1105, "Parameter 'symbol' was empty."],
  ['trades?symbol=btcusd', 400, -1100, /^Illegal characters found in parameter 'symbol'; legal range is /],
  ['trades?symbol=BTCUSD&limit=-5', 400, -1100, /^Illegal characters found in parameter 'limit'/],
  ['trades?symbol=BTCUSD&limit=0', 400, -1130, "Data sent for parameter 'limit' is not valid."],
  [
    'trades?symbol=BTCUSD&limt=5',
    400,
    -1104,
    "Not all sent parameters were read; read '1' parameter(s) but was sent '2'.",
  ],
  ['ping?a=1', 400, -1101, "Too many parameters; expected '0' and received '1'."],
  ['ticker/price?symbol=BTCUSD&symbol=ETHUSD', 400, -1101, 'Duplicate values for a parameter detected.'],
  ['ticker/24hr?symbol=BTCUSD&symbols=["ETHUSD"]', 400, -1128, /^Combination of optional parameters invalid/],
  ['ticker/24hr?symbols=["BTCUSD","BTCUSD"]', 400, -1151, 'Symbol is present multiple times in the list.'],
  ['ticker/24hr?symbols=["BTCUSD", "ETHUSD"]', 400, -1100, /'symbols'/],
  ['ticker/24hr?symbols=BTCUSD', 400, -1100, /'symbols'/],
  ['ticker/24hr?symbols=["BTCUSD","NOPE"]', 400, -1121, 'Invalid symbol.'],
  ['ticker/24hr?symbol=BTCUSD&type=TINY', 400, -1130, "Data sent for parameter 'type' is not valid."],
  ['aggTrades?symbol=BTCUSD&fromId=1&startTime=2', 400, -1128, /^Combination of optional parameters invalid/],
  ['ticker?symbol=BTCUSD&windowSize=99h', 400, -1130, /windowSize/],
])('%s is refused as Binance does', async (path, status, code, message) => {
  const reply = await get(exchange, path);
  expect(reply.status).toBe(status);
  expect(reply.body).toEqual({
    code,
    msg: message instanceof RegExp ? expect.stringMatching(message) : message,
  });
});

test('pairs by their status: all listed ones are trading', async () => {
  for (const path of [
    'ticker/24hr',
    'ticker/price',
    'ticker/bookTicker',
    'depth',
    'ticker',
    'ticker/tradingDay',
  ]) {
    expect((await get(exchange, `${path}?symbol=BTCUSD&symbolStatus=TRADING`)).status).toBe(200);
    expect((await get(exchange, `${path}?symbol=BTCUSD&symbolStatus=HALT`)).body).toEqual({
      code: -1220,
      msg: "The symbol's status does not match the requested symbolStatus.",
    });
    if (path === 'depth') continue;
    expect((await get(exchange, `${path}?symbols=["BTCUSD"]&symbolStatus=BREAK`)).body).toEqual([]);
  }
});

test('a trading day begins at the midnight of its time zone', async () => {
  for (const [zone, hours] of [
    ['0', 0],
    ['8', 8],
    ['-3:30', -3.5],
  ] as const) {
    const { openTime, closeTime, count } = (
      await get(exchange, `ticker/tradingDay?symbol=BTCUSD&timeZone=${zone}`)
    ).body;
    expect((openTime + hours * 3_600_000) % 86_400_000).toBe(0);
    expect([closeTime - openTime, openTime <= START && START <= closeTime]).toEqual([86_399_999, true]);
    expect(count).toBeGreaterThan(0);
  }
});

test('every answer says that it is simulated, refusals and unknown paths included', async () => {
  for (const path of ['ping', 'klines?symbol=BTCUSD&interval=1m', 'klines', 'nothing', 'depth?symbol=BTCUSD'])
    expect((await get(exchange, path)).headers.get(SOURCE_HEADER)).toBe('simulated');
  const posted = await get(exchange, 'ping', { method: 'POST' });
  expect([posted.status, posted.headers.get(SOURCE_HEADER)]).toEqual([405, 'simulated']);
});

test('used weight counts what each endpoint weighs', async () => {
  const used = async (path: string) =>
    Number((await get(exchange, path)).headers.get('x-mbx-used-weight-1m'));
  for (const [path, weight] of [
    ['klines?symbol=BTCUSD&interval=1m&limit=5', 2],
    ['aggTrades?symbol=BTCUSD&limit=5', 4],
    ['trades?symbol=BTCUSD&limit=5', 25],
    ['exchangeInfo?symbol=BTCUSD', 20],
    ['depth?symbol=BTCUSD', 5],
    ['depth?symbol=BTCUSD&limit=1000', 50],
    ['ticker/24hr?symbols=["BTCUSD","ETHUSD"]', 2],
    ['ticker/24hr', 80],
  ] as const) {
    const before = await used('ping');
    const after = await used(path);
    // A minute that ends in between begins again at zero.
    if (after > before) expect([path, after - before]).toEqual([path, weight]);
  }
});

test('long answers are compressed for those who accept it', async () => {
  const compressed = await get(exchange, 'klines?symbol=BTCUSD&interval=1m', {
    headers: { 'accept-encoding': 'gzip' },
  });
  expect(compressed.headers.get('content-encoding')).toBe('gzip');
  const plain = await get(exchange, 'klines?symbol=BTCUSD&interval=1m', {
    headers: { 'accept-encoding': 'identity' },
  });
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(compressed.body).toEqual(plain.body);
});

test('limits: 500 klines by default, 1000 at most; depth to 5000', async () => {
  const rows = async (path: string) => (await get(exchange, path)).body;
  expect(await rows('klines?symbol=BTCUSD&interval=1m')).toHaveLength(500);
  expect(await rows('klines?symbol=BTCUSD&interval=1m&limit=5000')).toHaveLength(1000);
  expect(await rows('uiKlines?symbol=BTCUSD&interval=1m&limit=3')).toHaveLength(3);
  expect(await rows('trades?symbol=ETHUSD&limit=7')).toHaveLength(7);
  expect((await rows('depth?symbol=ETHUSD')).bids).toHaveLength(100);
  expect((await rows('depth?symbol=ETHUSD&limit=5000')).asks.length).toBeGreaterThan(900);
});

test('a minute of history equals its trades, read back by id, in all fields', async () => {
  const rows = (await get(exchange, 'klines?symbol=ETHUSD&interval=1m&limit=3')).body;
  const [row] = rows;
  const aggregates = (
    await get(exchange, `aggTrades?symbol=ETHUSD&startTime=${row[0]}&endTime=${row[6]}&limit=1000`)
  ).body;
  const trades: { id: number; time: number; price: string; qty: string; isBuyerMaker: boolean }[] = [];
  while ((trades.at(-1)?.id ?? -1) < aggregates.at(-1).l) {
    const fromId = trades.length === 0 ? aggregates[0].f : trades.at(-1)!.id + 1;
    trades.push(...(await get(exchange, `historicalTrades?symbol=ETHUSD&fromId=${fromId}&limit=100`)).body);
  }
  const inside = trades.filter(({ time }) => time >= row[0] && time <= row[6]);
  expect(inside.map(({ id }) => id)).toEqual(inside.map((_, i) => aggregates[0].f + i));
  const [open, high, low, close, volume, quote, count, taker, takerQuote] = ohlcv(
    inside.map(({ id, price, qty, isBuyerMaker }) => ({
      id,
      price,
      quantity: qty,
      buyerIsMaker: isBuyerMaker,
    })),
  );
  expect(row.slice(1, 6)).toEqual([open, high, low, close, volume]);
  expect(row.slice(7)).toEqual([quote, count, taker, takerQuote, '0']);
  expect(aggregates.reduce((sum: number, { q }: { q: string }) => sum + Number(q), 0)).toBeCloseTo(
    Number(volume),
    6,
  );
});

/** Adds klines up, as one longer bar would state them. */
function combine(rows: (string | number)[][]): (string | number)[] {
  const prices = (field: number) => rows.map((row) => Number(row[field]));
  const sum = (field: number) =>
    rows.reduce((total, row) => total + BigInt(String(row[field]).replace('.', '')), 0n);
  return [
    Number(rows[0]![1]),
    Math.max(...prices(2)),
    Math.min(...prices(3)),
    Number(rows.at(-1)![4]),
    String(sum(5)),
    String(sum(7)),
    String(sum(8)),
    String(sum(9)),
    String(sum(10)),
  ];
}

test.each([
  ['1s', '1m', 60],
  ['1m', '5m', 5],
  ['1m', '1h', 60],
  ['1h', '4h', 4],
  ['1h', '1d', 24],
  ['1d', '1w', 7],
] as const)('klines of %s add up to those of %s', async (fine, coarse, count) => {
  const path = `symbol=DOGEUSD&interval=${coarse}&limit=2&endTime=${START}`;
  const [whole] = (await get(exchange, `klines?${path}`)).body;
  const parts = (
    await get(exchange, `klines?symbol=DOGEUSD&interval=${fine}&startTime=${whole[0]}&endTime=${whole[6]}`)
  ).body;
  expect(parts).toHaveLength(count);
  const traded = parts.filter((row: (string | number)[]) => row[8] !== 0);
  expect(combine([whole])).toEqual(combine(traded));
  for (const [i, row] of parts.entries()) if (i > 0) expect(row[0]).toBe(parts[i - 1][6] + 1);
});

test('all intervals have history', async () => {
  for (const interval of INTERVALS) {
    const rows = (await get(exchange, `klines?symbol=DOTUSD&interval=${interval}&limit=12`)).body;
    expect([interval, rows.length]).toEqual([interval, 12]);
    expect(rows.at(-1)[0]).toBeLessThan(START);
    expect(rows.at(-1)[6]).toBeGreaterThanOrEqual(START - 1);
  }
});

test('klines of another time zone begin at its midnight', async () => {
  const [row] = (await get(exchange, 'klines?symbol=DOTUSD&interval=1d&limit=1&timeZone=%2B5:45')).body;
  expect((row[0] + 5.75 * 3_600_000) % 86_400_000).toBe(0);
});

test('the 24 h ticker equals the klines of its window', async () => {
  const aligned = await startExchange({
    seed: 7,
    startTime: Math.floor(START / 60_000) * 60_000,
    clock: 'manual',
  });
  try {
    const ticker = (await get(aligned, 'ticker/24hr?symbol=ADAUSD')).body;
    expect(ticker.closeTime - ticker.openTime).toBe(86_400_000);
    const rows = [];
    for (const part of [0, 1]) {
      const startTime = ticker.openTime + part * 43_200_000;
      const path = `klines?symbol=ADAUSD&interval=1m&limit=1000&startTime=${startTime}&endTime=${startTime + 43_199_999}`;
      rows.push(...(await get(aligned, path)).body);
    }
    expect(rows).toHaveLength(1440);
    const [open, high, low, close, volume, quote, count] = combine(rows.filter((row) => row[8] > 0));
    const { openPrice, highPrice, lowPrice, lastPrice } = ticker;
    expect([openPrice, highPrice, lowPrice, lastPrice].map(Number)).toEqual([open, high, low, close]);
    expect(ticker.volume.replace('.', '').replace(/^0+/, '')).toBe(volume);
    expect(ticker.quoteVolume.replace('.', '').replace(/^0+/, '')).toBe(quote);
    expect(String(ticker.count)).toBe(count);
    expect(ticker.lastId - ticker.firstId + 1).toBe(ticker.count);
    expect(Number(ticker.priceChange)).toBeCloseTo(Number(lastPrice) - Number(openPrice), 8);
    expect(Number(ticker.weightedAvgPrice)).toBeCloseTo(
      Number(ticker.quoteVolume) / Number(ticker.volume),
      6,
    );
    expect(Number(ticker.bidPrice)).toBeLessThan(Number(ticker.askPrice));
    const mini = (await get(aligned, 'ticker/24hr?symbol=ADAUSD&type=MINI')).body;
    expect(Object.keys(mini)).toHaveLength(12);
    expect(mini).toEqual(Object.fromEntries(Object.keys(mini).map((key) => [key, ticker[key]])));
  } finally {
    await aligned.close();
  }
});

test('times in microseconds when asked for', async () => {
  const micro = { headers: { 'X-MBX-TIME-UNIT': 'MICROSECOND' } };
  expect((await get(exchange, 'time', micro)).body.serverTime).toBe(START * 1000);
  const [row] = (await get(exchange, 'klines?symbol=BTCUSD&interval=1m&limit=1', micro)).body;
  expect(row[6] - row[0]).toBe(59_999_999);
});

test('a port in use is refused with what to do', async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const { port } = blocker.address() as { port: number };
  try {
    await expect(startExchange({ port })).rejects.toMatchObject({ code: 'PORT_IN_USE', value: port });
    await expect(startExchange({ port })).rejects.toThrow(/port 0/);
  } finally {
    blocker.close();
  }
});

test.each([
  [{ port: 70_000 }, /port/],
  [{ speed: 0 }, /speed/],
  [{ seed: 1.5 }, /seed/],
  [{ symbols: ['btcusd'] }, /symbols/],
  [{ recording: ['a.gz'], symbols: ['BTCUSD'] }, /symbols/],
])('option %j is refused by name', async (options, message) => {
  await expect(startExchange(options)).rejects.toThrow(message);
  await expect(startExchange(options)).rejects.toBeInstanceOf(CandlebookError);
});

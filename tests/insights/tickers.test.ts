import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  formatMarketSummary,
  formatTickerTable,
  marketShare,
  sentiment,
  summary24h,
  topMovers,
} from '../../src/insights/index.ts';
import { CandlebookError, type Ticker } from '../../src/market/index.ts';
import { ticker } from '../fixtures/market.ts';
import { sharedDataPath, testWithSharedData } from '../fixtures/shared-data.ts';

const market: Ticker[] = [
  ticker('BTCUSDT', {
    lastPrice: 112749.72,
    highPrice: 113000,
    lowPrice: 111000.5,
    priceChange: 1374,
    priceChangePercent: 1.234,
    quoteVolume: 600e6,
    tradeCount: 1000,
  }),
  ticker('ETHUSDT', {
    lastPrice: 4008.65,
    highPrice: 4100,
    lowPrice: 4000,
    priceChangePercent: 2.5,
    quoteVolume: 300e6,
    tradeCount: 500,
  }),
  ticker('DOGEUSDT', {
    lastPrice: 0.1234,
    highPrice: 0.132,
    lowPrice: 0.12,
    priceChangePercent: -3.5,
    quoteVolume: 90e6,
    tradeCount: 200,
  }),
  ticker('SHIBUSDT', {
    lastPrice: 0.00001234,
    highPrice: 0.0000131,
    lowPrice: 0.00001201,
    priceChangePercent: 0,
    quoteVolume: 9.99e6,
    tradeCount: 99,
  }),
  ticker('XRPUSDT', {
    lastPrice: 0.6,
    highPrice: 0.61,
    lowPrice: 0.59,
    priceChangePercent: -0.001,
    quoteVolume: 10e3,
    tradeCount: 1,
  }),
];

describe('top movers', () => {
  test('most first, each only where it belongs', () => {
    const { gainers, losers } = topMovers(market);
    expect(gainers.map((mover) => mover.symbol)).toEqual(['ETHUSDT', 'BTCUSDT']);
    expect(losers.map((mover) => mover.symbol)).toEqual(['DOGEUSDT', 'XRPUSDT']);
    expect(gainers[1]).toEqual({
      symbol: 'BTCUSDT',
      lastPrice: 112749.72,
      priceChange: 1374,
      priceChangePercent: 1.234,
    });
    expect(topMovers(market, { count: 1 }).losers.map((mover) => mover.symbol)).toEqual(['DOGEUSDT']);
  });
});

test('market share is by quote volume, largest first, and adds up to 100', () => {
  const shares = marketShare([...market].reverse());
  expect(shares.map((share) => share.symbol)).toEqual([
    'BTCUSDT',
    'ETHUSDT',
    'DOGEUSDT',
    'SHIBUSDT',
    'XRPUSDT',
  ]);
  expect(shares[0]!.sharePercent).toBeCloseTo(60, 10);
  expect(shares.reduce((sum, share) => sum + share.sharePercent, 0)).toBeCloseTo(100, 10);
  expect(marketShare([ticker('A', { quoteVolume: 0 })])[0]!.sharePercent).toBe(0);
});

test('volumes in different assets are converted by the tickers’ own prices', () => {
  const mixed = [
    ticker('ETHUSDT', { lastPrice: 4000, quoteVolume: 8e6 }),
    ticker('ETHBTC', { lastPrice: 0.04, quoteVolume: 10 }),
    ticker('SOLUSD', { quoteVolume: 1e6 }),
    ticker('SOLBTC', { lastPrice: 0.001, quoteVolume: 0, priceChangePercent: -1 }),
  ];
  // One bitcoin is 4000 / 0.04 dollars, as ether tells it.
  const shares = marketShare(mixed);
  expect(shares.map((share) => share.symbol)).toEqual(['ETHUSDT', 'ETHBTC', 'SOLUSD', 'SOLBTC']);
  expect(shares[1]!.quoteVolume).toBeCloseTo(1e6, 6);
  expect(shares[1]!.sharePercent).toBeCloseTo(10, 9);
  expect(summary24h(mixed)).toMatchObject({
    quote: 'USD',
    mostTraded: { symbol: 'ETHUSDT', quoteVolume: 8e6 },
  });
  expect(summary24h([mixed[0]!, mixed[1]!]).quote).toBe('USDT');
  expect(sentiment(mixed).volumeWeighted.negativePercent).toBe(0);
});

test('sentiment counts symbols, and weighs them by volume', () => {
  const mood = sentiment(market);
  expect([mood.symbols, mood.positive, mood.negative, mood.unchanged]).toEqual([5, 2, 2, 1]);
  expect(mood.shares).toEqual({ positivePercent: 40, negativePercent: 40, unchangedPercent: 20 });
  expect(mood.volumeWeighted.positivePercent).toBeCloseTo(90, 9);
  expect(mood.volumeWeighted.negativePercent).toBeCloseTo(9.001, 9);
  expect(mood.volumeWeighted.unchangedPercent).toBeCloseTo(0.999, 9);
  expect(mood.mood).toBe('bullish');
  expect(sentiment(market.slice(2)).mood).toBe('bearish');
  expect(sentiment(market.slice(3, 4)).mood).toBe('neutral');
});

test('the summary of 24 hours', () => {
  const summary = summary24h(market);
  expect(summary).toMatchObject({
    symbols: 5,
    quote: 'USDT',
    totalTrades: 1800,
    topGainer: { symbol: 'ETHUSDT', priceChangePercent: 2.5 },
    topLoser: { symbol: 'DOGEUSDT', priceChangePercent: -3.5 },
    mostTraded: { symbol: 'BTCUSDT', quoteVolume: 600e6 },
    widestRange: { symbol: 'DOGEUSDT' },
    time: Date.UTC(2026, 10, 24),
  });
  expect(summary.totalQuoteVolume).toBeCloseTo(1e9, 3);
  expect(summary.averageChangePercent).toBeCloseTo((1.234 + 2.5 - 3.5 - 0.001) / 5, 12);
  expect(summary.weightedChangePercent).toBeCloseTo(
    0.6 * 1.234 + 0.3 * 2.5 - 0.09 * 3.5 - 0.00001 * 0.001,
    9,
  );
  expect(summary.widestRange!.rangePercent).toBeCloseTo(10, 10);
});

describe('the console table', () => {
  test('is aligned and says what a trader reads', () => {
    expect(formatTickerTable(market, { source: 'live' })).toBe(
      [
        'Market · 2026-11-24 00:00:00 UTC',
        'Symbol               Price  24h change         24h high           24h low  24h USDT  Trend',
        '────────  ────────────────  ──────────  ───────────────  ────────────────  ────────  ─────',
        'BTCUSDT   112,749.72           +1.23 %  113,000.00       111,000.50        600.00 M  UP',
        'ETHUSDT     4,008.65           +2.50 %    4,100.00         4,000.00        300.00 M  UP',
        'DOGEUSDT        0.1234         -3.50 %        0.132            0.12         90.00 M  DOWN',
        'SHIBUSDT        0.00001234      0.00 %        0.0000131        0.00001201    9.99 M  FLAT',
        'XRPUSDT         0.60            0.00 %        0.61             0.59         10.00 K  DOWN',
      ].join('\n'),
    );
  });

  test('the summary too', () => {
    expect(formatMarketSummary(market, { source: 'recorded' })).toBe(
      [
        'Market summary · 2026-11-24 00:00:00 UTC · recorded data',
        'Pairs           5: 2 UP, 2 DOWN, 1 FLAT',
        'Mood            bullish (90 % of the volume in rising pairs)',
        'Average change  +0.05 % (by volume +1.18 %)',
        'Volume          1.00 B USDT in 1,800 trades',
        'Top gainer      ETHUSDT +2.50 %',
        'Top loser       DOGEUSDT -3.50 %',
        'Most traded     BTCUSDT 600.00 M USDT',
        'Widest range    DOGEUSDT 10.00 % from low to high',
      ].join('\n'),
    );
  });

  test.each(['simulated', 'recorded', 'live'] as const)('%s data is marked unless it is live', (source) => {
    for (const text of [formatTickerTable(market, { source }), formatMarketSummary(market, { source })]) {
      expect(text.split('\n')[0]!.includes(source)).toBe(source !== 'live');
    }
  });

  test('colours only when asked, without moving a column', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colour codes
    const codes = /\u001B\[\d+m/g;
    const plain = formatTickerTable(market, { source: 'live' });
    const inColour = formatTickerTable(market, { source: 'live', colour: true });
    expect(plain).not.toMatch(codes);
    expect(
      inColour
        .replace(codes, '')
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n'),
    ).toBe(plain);
    const lines = inColour.split('\n');
    expect(lines[3]).toContain('\u001B[32m   +1.23 %\u001B[39m');
    expect(lines[5]).toContain('\u001B[31mDOWN');
    expect(lines[6]).not.toMatch(codes);
    expect(formatMarketSummary(market, { source: 'live', colour: true })).toMatch(codes);
  });
});

describe('no ticker, broken tickers', () => {
  test('nothing of nothing', () => {
    expect(topMovers([])).toEqual({ gainers: [], losers: [] });
    expect(marketShare([])).toEqual([]);
    expect(sentiment([]).mood).toBe('neutral');
    expect(summary24h([])).toMatchObject({
      symbols: 0,
      topGainer: undefined,
      mostTraded: undefined,
      time: undefined,
    });
    expect(formatTickerTable([], { source: 'simulated' })).toBe('Market · simulated data\nNo ticker yet.');
    expect(formatMarketSummary([], { source: 'live' })).toBe('Market summary\nNo ticker yet.');
  });

  test.each([
    ['a number that is none', [ticker('A', { quoteVolume: Number.NaN })], 'quoteVolume NaN'],
    ['a symbol twice', [ticker('A'), ticker('A')], 'A comes twice'],
    ['volumes in assets that no pair joins', [ticker('ETHEUR'), ticker('BTCUSDT')], 'in USDT and in EUR'],
  ])('%s is refused', (_, tickers, named) => {
    for (const run of [marketShare, sentiment, summary24h]) {
      expect(() => run(tickers)).toThrow(CandlebookError);
      expect(() => run(tickers)).toThrow(named);
    }
  });
});

const REST = 'rest-2020-04/ticker_24hr_all.json';
testWithSharedData('a recorded answer of 786 symbols', [REST], () => {
  const raw = JSON.parse(readFileSync(sharedDataPath(REST), 'utf8')) as Record<string, string>[];
  const usdt = raw
    .filter((entry) => entry.symbol!.endsWith('USDT') && Number(entry.quoteVolume) > 0)
    .map((entry) =>
      ticker(entry.symbol!, {
        lastPrice: Number(entry.lastPrice),
        priceChange: Number(entry.priceChange),
        priceChangePercent: Number(entry.priceChangePercent),
        highPrice: Number(entry.highPrice),
        lowPrice: Number(entry.lowPrice),
        volume: Number(entry.volume),
        quoteVolume: Number(entry.quoteVolume),
      }),
    );
  expect(usdt.length).toBeGreaterThan(50);
  const best = raw
    .filter((entry) => entry.symbol!.endsWith('USDT') && Number(entry.quoteVolume) > 0)
    .map((entry) => Number(entry.priceChangePercent))
    .sort((a, b) => b - a);
  expect(topMovers(usdt, { count: 5 }).gainers.map((mover) => mover.priceChangePercent)).toEqual(
    best.slice(0, 5),
  );
  expect(marketShare(usdt)[0]!.symbol).toBe('BTCUSDT');
  const lines = formatTickerTable(usdt, { source: 'recorded' }).split('\n');
  expect(lines.length).toBe(usdt.length + 3);
  const end = lines[2]!.length - 5;
  for (const line of lines.slice(3)) expect(line.slice(end)).toMatch(/^(UP|DOWN|FLAT)$/);
});

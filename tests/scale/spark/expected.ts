import { CandleSeries } from '../../../src/candles/index.ts';
import { sma, volatility } from '../../../src/indicators/index.ts';
import { topMovers, volumeSpikes } from '../../../src/insights/index.ts';
import type { Candle, Ticker } from '../../../src/market/index.ts';
import type { Truth } from '../killed.ts';
import type { Row } from './compare.ts';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 86_400_000;

/** What the pipeline's tables have to hold of these trades, once the market is closed: by our own candles, indicators and insights. */
export function expectedTables(trades: Truth): Readonly<Record<string, readonly Row[]>> {
  const candles = new Map([...trades].map(([symbol, list]) => [symbol, candlesOf(symbol, list)]));
  const bars = [...candles].flatMap(([symbol, list]) => runsOf(list).map((run) => ({ symbol, run })));
  const statistics = statisticsOf(candles);
  return {
    silver_trades: [...trades.values()].flatMap((list) =>
      list.map(({ symbol, id, price, quantity, time, buyerIsMaker }) => ({
        symbol,
        tradeId: id,
        price,
        quantity,
        buyerIsMaker,
        trade_time: time,
      })),
    ),
    gold_candles_1m: [...candles].flatMap(([symbol, list]) =>
      list.map((candle) => candleRow(symbol, candle)),
    ),
    gold_moving_averages: bars.flatMap(({ symbol, run }) => averages(symbol, run)),
    gold_volatility: bars.flatMap(({ symbol, run }) => volatilities(symbol, run)),
    gold_volume_spikes: bars.flatMap(({ symbol, run }) => spikes(symbol, run)),
    gold_statistics_24h: statistics,
    gold_top_performers: performers(statistics),
  };
}

function candlesOf(
  symbol: string,
  trades: Truth extends ReadonlyMap<string, infer List> ? List : never,
): Candle[] {
  const series = new CandleSeries('1m', { symbol, limit: Number.POSITIVE_INFINITY });
  for (const trade of trades) series.addTrade(trade);
  return [...series, ...(series.forming ? [series.forming] : [])];
}

function candleRow(symbol: string, candle: Candle): Row {
  const { openTime, open, high, low, close, volume, closeTime, quoteVolume, tradeCount } = candle;
  const { takerBuyVolume, takerBuyQuoteVolume } = candle;
  return {
    symbol,
    interval: '1m',
    open_time: openTime,
    open,
    high,
    low,
    close,
    volume,
    close_time: closeTime,
    quoteVolume,
    tradeCount,
    takerBuyVolume,
    takerBuyQuoteVolume,
  };
}

/** Candles that follow each other without a gap: a return over a gap is of another length. */
function runsOf(candles: readonly Candle[]): Candle[][] {
  const runs: Candle[][] = [];
  for (const candle of candles) {
    const run = runs.at(-1);
    if (run && run.at(-1)!.openTime + MINUTE === candle.openTime) run.push(candle);
    else runs.push([candle]);
  }
  return runs;
}

function averages(symbol: string, run: readonly Candle[]): Row[] {
  const closes = run.map(({ close }) => close);
  const [sma5, sma10, sma20] = [5, 10, 20].map((period) => sma(period).batch(closes)) as Float64Array[];
  const orNull = (value: number) => (Number.isNaN(value) ? null : value);
  return run.map(({ openTime, close }, i) => ({
    symbol,
    interval: '1m',
    open_time: openTime,
    close,
    sma5: orNull(sma5![i]!),
    sma10: orNull(sma10![i]!),
    sma20: orNull(sma20![i]!),
  }));
}

function volatilities(symbol: string, run: readonly Candle[]): Row[] {
  const values = volatility(20, '1m').batch(run.map(({ close }) => close));
  return run.flatMap(({ openTime, close }, i) =>
    Number.isNaN(values[i])
      ? []
      : [{ symbol, interval: '1m', open_time: openTime, close, volatility: values[i]! }],
  );
}

function spikes(symbol: string, run: readonly Candle[]): Row[] {
  const series = new CandleSeries('1m', { symbol, limit: Number.POSITIVE_INFINITY });
  series.load(run);
  return volumeSpikes(series).map(({ openTime, volume, medianVolume, ratio, zScore, direction }) => ({
    symbol,
    interval: '1m',
    open_time: openTime,
    volume,
    median_volume: medianVolume,
    ratio,
    z_score: zScore,
    direction,
  }));
}

/** At each quarter of an hour up to that of the last candle, of the candles that end in the 24 hours up to it. */
function statisticsOf(candles: ReadonlyMap<string, readonly Candle[]>): Row[] {
  const ends = [...candles.values()].flat().map(({ openTime }) => openTime + MINUTE);
  const newest = ends.reduce((most, end) => Math.max(most, end), 0);
  const last = Math.ceil(newest / QUARTER) * QUARTER;
  const first = ends.reduce((least, end) => Math.min(least, end), Number.POSITIVE_INFINITY);
  const rows: Row[] = [];
  for (const [symbol, list] of candles)
    for (let at = Math.ceil(first / QUARTER) * QUARTER; at <= last; at += QUARTER) {
      const day = list.filter(({ openTime }) => openTime + MINUTE <= at && openTime + MINUTE > at - DAY);
      if (day.length === 0) continue;
      const { open } = day[0]!;
      const { close } = day.at(-1)!;
      const sum = (field: 'volume' | 'quoteVolume') =>
        day.reduce((total, candle) => total + candle[field], 0);
      rows.push({
        symbol,
        price: close,
        volume: sum('volume'),
        priceChange: close - open,
        priceChangePercent: ((close - open) / open) * 100,
        highPrice: Math.max(...day.map(({ high }) => high)),
        lowPrice: Math.min(...day.map(({ low }) => low)),
        quoteVolume: sum('quoteVolume'),
        event_time: at,
        date: new Date(at).toISOString().slice(0, 10),
        hour: new Date(at).getUTCHours(),
      });
    }
  return rows;
}

function performers(statistics: readonly Row[]): Row[] {
  const moments = Map.groupBy(statistics, ({ event_time }) => event_time);
  return [...moments.values()].flatMap((rows) => {
    const tickers = rows.map((row) => ({ ...row, lastPrice: row.price }) as unknown as Ticker);
    const { gainers, losers } = topMovers(tickers, { count: rows.length });
    const unchanged = tickers.filter(({ priceChangePercent }) => priceChangePercent === 0);
    const order = [...gainers, ...unchanged, ...losers.toReversed()];
    return rows.map(({ symbol, price, priceChange, priceChangePercent, quoteVolume, event_time, date }) => ({
      rank: 1 + order.findIndex((other) => other.priceChangePercent === priceChangePercent),
      symbol,
      price,
      priceChange,
      priceChangePercent,
      quoteVolume,
      event_time,
      date,
    }));
  });
}

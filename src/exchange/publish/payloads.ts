import type { Interval } from '../../market/index.ts';
import { formatUnits } from '../decimal.ts';
import type { BestQuote } from '../tape/book.ts';
import type { Instrument } from '../tape/instrument.ts';
import { klineText } from '../tape/kline-text.ts';
import type { Kline } from '../tape/klines.ts';
import type { TimeUnit } from '../tape/market.ts';
import type { WindowStatistics } from '../tape/statistics.ts';
import { statisticsText } from '../tape/statistics-text.ts';

export function klinePayload(
  instrument: Instrument,
  interval: Interval,
  { openTime, closeTime, bar }: Kline,
  closed: boolean,
  eventTime: number,
  unit: TimeUnit,
): string {
  const text = klineText(instrument, bar);
  return JSON.stringify({
    e: 'kline',
    E: eventTime * unit,
    s: instrument.symbol,
    k: {
      t: openTime * unit,
      T: (closeTime + 1) * unit - 1,
      s: instrument.symbol,
      i: interval,
      f: bar.firstId,
      L: bar.lastId,
      o: text.open,
      c: text.close,
      h: text.high,
      l: text.low,
      v: text.volume,
      n: bar.tradeCount,
      x: closed,
      q: text.quoteVolume,
      V: text.takerBuyVolume,
      Q: text.takerBuyQuoteVolume,
      B: '0',
    },
  });
}

export function tickerPayload(
  instrument: Instrument,
  statistics: WindowStatistics,
  quote: BestQuote,
  unit: TimeUnit,
): string {
  const { bar, openTime, closeTime } = statistics;
  const text = statisticsText(instrument, statistics);
  return JSON.stringify({
    e: '24hrTicker',
    E: closeTime * unit,
    s: instrument.symbol,
    p: text.priceChange,
    P: text.priceChangePercent,
    w: text.weightedAvgPrice,
    x: text.previousClose,
    c: text.lastPrice,
    Q: text.lastQuantity,
    b: formatUnits(quote.bid, instrument.priceDecimals),
    B: formatUnits(quote.bidQuantity, instrument.quantityDecimals),
    a: formatUnits(quote.ask, instrument.priceDecimals),
    A: formatUnits(quote.askQuantity, instrument.quantityDecimals),
    o: text.openPrice,
    h: text.highPrice,
    l: text.lowPrice,
    v: text.volume,
    q: text.quoteVolume,
    O: openTime * unit,
    C: closeTime * unit,
    F: bar.firstId,
    L: bar.lastId,
    n: bar.tradeCount,
  });
}

export function miniTickerPayload(
  instrument: Instrument,
  statistics: WindowStatistics,
  unit: TimeUnit,
): string {
  const text = statisticsText(instrument, statistics);
  return JSON.stringify({
    e: '24hrMiniTicker',
    E: statistics.closeTime * unit,
    s: instrument.symbol,
    c: text.lastPrice,
    o: text.openPrice,
    h: text.highPrice,
    l: text.lowPrice,
    v: text.volume,
    q: text.quoteVolume,
  });
}

export function windowTickerPayload(
  instrument: Instrument,
  window: string,
  statistics: WindowStatistics,
  unit: TimeUnit,
): string {
  const { bar, openTime, closeTime } = statistics;
  const text = statisticsText(instrument, statistics);
  return JSON.stringify({
    e: `${window}Ticker`,
    E: closeTime * unit,
    s: instrument.symbol,
    p: text.priceChange,
    P: text.priceChangePercent,
    o: text.openPrice,
    h: text.highPrice,
    l: text.lowPrice,
    c: text.lastPrice,
    w: text.weightedAvgPrice,
    v: text.volume,
    q: text.quoteVolume,
    O: openTime * unit,
    C: closeTime * unit,
    F: bar.firstId,
    L: bar.lastId,
    n: bar.tradeCount,
  });
}

export function avgPricePayload(
  instrument: Instrument,
  statistics: WindowStatistics,
  lastTradeTime: number,
  unit: TimeUnit,
): string {
  const text = statisticsText(instrument, statistics);
  return JSON.stringify({
    e: 'avgPrice',
    E: statistics.closeTime * unit,
    s: instrument.symbol,
    i: '5m',
    w: statistics.bar.volume > 0 ? text.weightedAvgPrice : text.lastPrice,
    T: lastTradeTime * unit,
  });
}

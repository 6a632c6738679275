import { formatRatio, formatUnits } from '../decimal.ts';
import type { Instrument } from './instrument.ts';
import type { WindowStatistics } from './statistics.ts';

/** The texts that every ticker, REST or stream, is written from. */
export interface StatisticsText {
  readonly priceChange: string;
  /** Three decimals, in percent. */
  readonly priceChangePercent: string;
  readonly weightedAvgPrice: string;
  readonly openPrice: string;
  readonly highPrice: string;
  readonly lowPrice: string;
  readonly lastPrice: string;
  readonly previousClose: string;
  readonly lastQuantity: string;
  readonly volume: string;
  readonly quoteVolume: string;
}

export function statisticsText(instrument: Instrument, statistics: WindowStatistics): StatisticsText {
  const { priceDecimals, quantityDecimals } = instrument;
  const { bar, previousClose, lastQuantity } = statistics;
  const price = (ticks: number) => formatUnits(ticks, priceDecimals);
  const change = bar.close - bar.open;
  const quoteDecimals = priceDecimals + quantityDecimals;
  return {
    priceChange: price(change),
    priceChangePercent: (bar.open === 0 ? 0 : (change / bar.open) * 100).toFixed(3),
    weightedAvgPrice: formatRatio(bar.quoteVolume, quoteDecimals, BigInt(bar.volume), quantityDecimals),
    openPrice: price(bar.open),
    highPrice: price(bar.high),
    lowPrice: price(bar.low),
    lastPrice: price(bar.close),
    previousClose: price(previousClose),
    lastQuantity: formatUnits(lastQuantity, quantityDecimals),
    volume: formatUnits(bar.volume, quantityDecimals),
    quoteVolume: formatUnits(bar.quoteVolume, quoteDecimals),
  };
}

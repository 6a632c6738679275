import { formatUnits } from '../decimal.ts';
import type { Bar } from './bar.ts';
import type { Instrument } from './instrument.ts';

export interface KlineText {
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly quoteVolume: string;
  readonly takerBuyVolume: string;
  readonly takerBuyQuoteVolume: string;
}

export function klineText({ priceDecimals, quantityDecimals }: Instrument, bar: Bar): KlineText {
  const quoteDecimals = priceDecimals + quantityDecimals;
  return {
    open: formatUnits(bar.open, priceDecimals),
    high: formatUnits(bar.high, priceDecimals),
    low: formatUnits(bar.low, priceDecimals),
    close: formatUnits(bar.close, priceDecimals),
    volume: formatUnits(bar.volume, quantityDecimals),
    quoteVolume: formatUnits(bar.quoteVolume, quoteDecimals),
    takerBuyVolume: formatUnits(bar.takerBuyVolume, quantityDecimals),
    takerBuyQuoteVolume: formatUnits(bar.takerBuyQuoteVolume, quoteDecimals),
  };
}

/** A listed pair. One tick is 10^-priceDecimals of the quote asset, one lot 10^-quantityDecimals of the base. */
export interface Instrument {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
}

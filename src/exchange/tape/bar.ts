/**
 * What happened over a span of time, in whole ticks and lots so that sums are exact. Quote volumes are in
 * tick × lot; a day of them passes 2^53, hence bigint. Without a trade, all four prices are the last price
 * before the span and both ids are -1.
 */
export interface Bar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly quoteVolume: bigint;
  readonly takerBuyVolume: number;
  readonly takerBuyQuoteVolume: bigint;
  readonly firstId: number;
  readonly lastId: number;
  readonly tradeCount: number;
}

export function emptyBar(price: number): Bar {
  return {
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 0,
    quoteVolume: 0n,
    takerBuyVolume: 0,
    takerBuyQuoteVolume: 0n,
    firstId: -1,
    lastId: -1,
    tradeCount: 0,
  };
}

/** Collects consecutive bars and trades into one bar. */
export class BarSum {
  #bar: { -readonly [K in keyof Bar]: Bar[K] } | undefined;

  add(bar: Bar): void {
    if (bar.tradeCount === 0) return;
    const sum = this.#bar;
    if (!sum) {
      this.#bar = { ...bar };
      return;
    }
    if (bar.high > sum.high) sum.high = bar.high;
    if (bar.low < sum.low) sum.low = bar.low;
    sum.close = bar.close;
    sum.volume += bar.volume;
    sum.quoteVolume += bar.quoteVolume;
    sum.takerBuyVolume += bar.takerBuyVolume;
    sum.takerBuyQuoteVolume += bar.takerBuyQuoteVolume;
    sum.lastId = bar.lastId;
    sum.tradeCount += bar.tradeCount;
  }

  trade(id: number, price: number, quantity: number, buyerIsMaker: boolean): void {
    const quote = BigInt(price) * BigInt(quantity);
    this.add({
      open: price,
      high: price,
      low: price,
      close: price,
      volume: quantity,
      quoteVolume: quote,
      takerBuyVolume: buyerIsMaker ? 0 : quantity,
      takerBuyQuoteVolume: buyerIsMaker ? 0n : quote,
      firstId: id,
      lastId: id,
      tradeCount: 1,
    });
  }

  /** The sum; undefined when nothing was traded. */
  result(): Bar | undefined {
    return this.#bar;
  }
}

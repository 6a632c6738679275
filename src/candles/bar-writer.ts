import type { Trade } from '../market/index.ts';
import { type ColumnStore, ORIGIN } from './columns.ts';
import { DecimalSum } from './decimal-sum.ts';

/** Adds trades to one row of a store, its four sums kept exact between trades. */
export class BarWriter {
  readonly #store: ColumnStore;
  readonly #volume = new DecimalSum();
  readonly #quoteVolume = new DecimalSum();
  readonly #takerBuyVolume = new DecimalSum();
  readonly #takerBuyQuoteVolume = new DecimalSum();

  constructor(store: ColumnStore) {
    this.#store = store;
  }

  /** Goes on from what the row holds. */
  open(row: number): this {
    this.#volume.set(this.#store.get('volume', row));
    this.#quoteVolume.set(this.#store.get('quoteVolume', row));
    this.#takerBuyVolume.set(this.#store.get('takerBuyVolume', row));
    this.#takerBuyQuoteVolume.set(this.#store.get('takerBuyQuoteVolume', row));
    return this;
  }

  add(row: number, { id, price, quantity, buyerIsMaker }: TradeFigures): void {
    const { start, arrays } = this.#store;
    const { high, low, close, tradeCount, lastTradeId } = arrays;
    const at = start + row;
    if (arrays.origin[at] === ORIGIN.snapshot) {
      // Whether this trade is in its sums can not be known; its price can be shown.
      if (price > high[at]!) high[at] = price;
      if (price < low[at]!) low[at] = price;
      close[at] = price;
      return;
    }
    const count = tradeCount[at]!;
    if (count === 0) {
      arrays.open[at] = price;
      high[at] = price;
      low[at] = price;
      close[at] = price;
      arrays.firstTradeId[at] = id;
      lastTradeId[at] = id;
    } else {
      if (price > high[at]!) high[at] = price;
      if (price < low[at]!) low[at] = price;
      if (id > lastTradeId[at]!) {
        close[at] = price;
        lastTradeId[at] = id;
      } else if (id < arrays.firstTradeId[at]!) {
        arrays.open[at] = price;
        arrays.firstTradeId[at] = id;
      }
    }
    tradeCount[at] = count + 1;
    const amount = price * quantity;
    // One call of each, so that the engine takes it in: an amount that is handed on by itself would be an object.
    this.#volume.add(quantity, buyerIsMaker ? undefined : this.#takerBuyVolume);
    this.#quoteVolume.add(amount, buyerIsMaker ? undefined : this.#takerBuyQuoteVolume);
    if (!buyerIsMaker) {
      arrays.takerBuyVolume[at] = this.#takerBuyVolume.value;
      arrays.takerBuyQuoteVolume[at] = this.#takerBuyQuoteVolume.value;
    }
    arrays.volume[at] = this.#volume.value;
    arrays.quoteVolume[at] = this.#quoteVolume.value;
  }
}

export type TradeFigures = Pick<Trade, 'id' | 'price' | 'quantity' | 'buyerIsMaker'>;

/**
 * The newest trades of the forming bar, so that an update of the exchange's bar that has not seen them yet can
 * be completed. Holds `limit` trades; the exchange sends its bar every one to two seconds.
 */
export class RecentTrades {
  readonly #limit: number;
  readonly #trades: TradeFigures[] = [];
  #from = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(trade: TradeFigures): void {
    this.#trades.push(trade);
    if (this.#trades.length - this.#from > this.#limit) this.#from++;
    if (this.#from > this.#limit) this.#compact();
  }

  clear(): void {
    this.#trades.length = 0;
    this.#from = 0;
  }

  /** Forgets the trades up to `id`. @returns those after it, or `undefined` where some of them were not kept */
  after(id: number, lastId: number): readonly TradeFigures[] | undefined {
    while (this.#from < this.#trades.length && this.#trades[this.#from]!.id <= id) this.#from++;
    this.#compact();
    return this.#trades.length === lastId - id ? this.#trades : undefined;
  }

  #compact(): void {
    this.#trades.splice(0, this.#from);
    this.#from = 0;
  }
}

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
    const store = this.#store;
    const lastId = store.get('lastTradeId', row);
    if (store.get('origin', row) === ORIGIN.snapshot) {
      // Whether this trade is in its sums can not be known; its price can be shown.
      this.#widen(row, price);
      store.set('close', row, price);
      return;
    }
    const count = store.get('tradeCount', row);
    if (count === 0) {
      store.set('open', row, price);
      store.set('high', row, price);
      store.set('low', row, price);
      store.set('close', row, price);
      store.set('firstTradeId', row, id);
      store.set('lastTradeId', row, id);
    } else {
      this.#widen(row, price);
      if (id > lastId) {
        store.set('close', row, price);
        store.set('lastTradeId', row, id);
      } else if (id < store.get('firstTradeId', row)) {
        store.set('open', row, price);
        store.set('firstTradeId', row, id);
      }
    }
    store.set('tradeCount', row, count + 1);
    const amount = price * quantity;
    this.#volume.add(quantity);
    this.#quoteVolume.add(amount);
    store.set('volume', row, this.#volume.value);
    store.set('quoteVolume', row, this.#quoteVolume.value);
    if (buyerIsMaker) return;
    this.#takerBuyVolume.add(quantity);
    this.#takerBuyQuoteVolume.add(amount);
    store.set('takerBuyVolume', row, this.#takerBuyVolume.value);
    store.set('takerBuyQuoteVolume', row, this.#takerBuyQuoteVolume.value);
  }

  #widen(row: number, price: number): void {
    if (price > this.#store.get('high', row)) this.#store.set('high', row, price);
    if (price < this.#store.get('low', row)) this.#store.set('low', row, price);
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

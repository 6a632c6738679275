import { klinePayload, tickerPayload } from '../../../src/exchange/publish/payloads.ts';
import { type Bar, BarSum, emptyBar } from '../../../src/exchange/tape/bar.ts';
import type { Instrument } from '../../../src/exchange/tape/instrument.ts';
import { tradePayload } from '../../../src/exchange/tape/payloads.ts';

const MINUTE = 60_000;
/** Above every id that the exchange itself gives, so that no trade of the load is taken for an old one. */
const FIRST_ID = 10_000_000_000;

/** One pair of the load: trades at whatever pace it is asked for them, and the bar and the ticker that they make. */
export class LoadPair {
  readonly #instrument: Instrument;
  readonly #day = new BarSum();
  readonly #first: number;
  #price: number;
  #id = FIRST_ID;
  #minute = new BarSum();
  #openTime = Number.NaN;

  /** @param price in ticks */
  constructor(instrument: Instrument, price: number) {
    this.#instrument = instrument;
    this.#first = price;
    this.#price = price;
  }

  trade(time: number, random: number): string {
    this.#price = Math.max(1, this.#price + (random < 0.3 ? -1 : random > 0.7 ? 1 : 0));
    const id = this.#id++;
    const quantity = 10 + Math.floor(random * 1_000);
    const buyerIsMaker = random < 0.5;
    this.#minute.trade(id, this.#price, quantity, buyerIsMaker);
    const trade = { id, aggregateId: id, price: this.#price, quantity, time, buyerIsMaker };
    return tradePayload(this.#instrument, trade, 1);
  }

  /** The minute's bar so far. */
  kline(time: number): string {
    return this.#kline(time, false);
  }

  /** Begins a minute. @returns the last word on the one before, if there was one */
  turn(time: number): string | undefined {
    const openTime = Math.floor(time / MINUTE) * MINUTE;
    if (openTime === this.#openTime) return undefined;
    const closed = Number.isNaN(this.#openTime) ? undefined : this.#kline(time, true);
    this.#openTime = openTime;
    this.#day.add(this.#minute.result() ?? emptyBar(this.#price));
    this.#minute = new BarSum();
    return closed;
  }

  ticker(time: number): string {
    const total = new BarSum();
    for (const part of [this.#day.result(), this.#minute.result()]) if (part) total.add(part);
    const bar: Bar = total.result() ?? emptyBar(this.#price);
    return tickerPayload(
      this.#instrument,
      { openTime: time - 1_440 * MINUTE, closeTime: time, bar, previousClose: this.#first, lastQuantity: 10 },
      { updateId: this.#id, bid: this.#price - 1, bidQuantity: 10, ask: this.#price + 1, askQuantity: 10 },
      1,
    );
  }

  #kline(time: number, closed: boolean): string {
    const bar = this.#minute.result() ?? emptyBar(this.#price);
    const span = { openTime: this.#openTime, closeTime: this.#openTime + MINUTE - 1 };
    return klinePayload(this.#instrument, '1m', { ...span, bar }, closed, time, 1);
  }
}

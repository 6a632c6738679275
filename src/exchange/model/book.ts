import type { BestQuote, Book, BookSnapshot, Levels } from '../tape/book.ts';
import type { TapeTrade } from '../tape/tape.ts';
import type { ListedPair } from './coins.ts';
import { hash, SIZE, TABLE_MASK } from './random.ts';
import type { SimulatedTape } from './tape.ts';

/** The book changes on a grid of 100 ms, the pace of the fast depth stream. */
export const STEP_MS = 100;
/** Update ids of a step: its last is the depth event's, the others are free for best-quote changes within. */
export const IDS_A_STEP = 64;

const LEVELS = 1200;
/** Age of an outdated snapshot: 5 s. */
const EARLIER_STEPS = 50;

type Level = readonly [price: number, quantity: number];

/** Bids and asks that changed, quantity 0 where a level is gone. */
export interface BookChange {
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  readonly bids: Level[];
  readonly asks: Level[];
}

/**
 * The book of a simulated pair at any moment. Best bid and ask come from the last trade; the levels behind
 * them live on a fixed grid of prices, each with a life of its own, so that from step to step only few change.
 */
export class SimulatedBook implements Book {
  readonly #pair: ListedPair;
  readonly #tape: SimulatedTape;
  readonly #seed: number;
  readonly #now: () => number;
  readonly #cell: number;
  readonly #meanLots: number;
  #kept: { step: number; bids: Level[]; asks: Level[] } | undefined;

  constructor(pair: ListedPair, tape: SimulatedTape, seed: number, now: () => number) {
    this.#pair = pair;
    this.#tape = tape;
    this.#seed = seed;
    this.#now = now;
    const { priceDecimals, quantityDecimals } = pair.instrument;
    this.#cell = Math.max(1, Math.round(pair.price * 10 ** priceDecimals * 3e-5));
    this.#meanLots = Math.max(pair.minLots, (2.5 * pair.orderSize * 10 ** quantityDecimals) / pair.price);
  }

  best(): BestQuote {
    return this.quote(this.#now());
  }

  snapshot(limit: number): BookSnapshot {
    return this.snapshotAt(Math.floor(this.#now() / STEP_MS), limit);
  }

  earlier(limit: number): BookSnapshot {
    return this.snapshotAt(Math.floor(this.#now() / STEP_MS) - EARLIER_STEPS, limit);
  }

  snapshotAt(step: number, limit: number): BookSnapshot {
    const { bids, asks } = this.#sides(step);
    return { lastUpdateId: step * IDS_A_STEP, bids: bids.slice(0, limit), asks: asks.slice(0, limit) };
  }

  /** Best bid and ask as the last trade before `time` found them. */
  quote(time: number): BestQuote {
    const step = Math.floor(time / STEP_MS);
    return this.#quoteOf(this.#tape.lastBefore(time), step, step * IDS_A_STEP);
  }

  /** Best bid and ask that a trade met; `index` counts the changes within the trade's step. */
  quoteFor(trade: TapeTrade, index: number): BestQuote {
    const step = Math.floor(trade.time / STEP_MS);
    return this.#quoteOf(trade, step, step * IDS_A_STEP + Math.min(index, IDS_A_STEP - 1));
  }

  /** What changed from the step before to this one. */
  change(step: number): BookChange {
    const before = this.#sides(step - 1);
    const after = this.#sides(step);
    return {
      firstUpdateId: (step - 1) * IDS_A_STEP + 1,
      lastUpdateId: step * IDS_A_STEP,
      bids: changes(before.bids, after.bids, -1),
      asks: changes(before.asks, after.asks, 1),
    };
  }

  #quoteOf(trade: TapeTrade | undefined, step: number, updateId: number): BestQuote {
    const { spread } = this.#pair;
    const price = trade?.price ?? Math.round(this.#pair.price * 10 ** this.#pair.instrument.priceDecimals);
    const bid = trade && !trade.buyerIsMaker ? price - spread : price;
    const ask = bid + spread;
    return {
      updateId,
      bid,
      bidQuantity: this.#topLots(bid, step),
      ask,
      askQuantity: this.#topLots(ask + 0x40000000, step),
    };
  }

  #topLots(key: number, step: number): number {
    return this.#lots(hash(this.#seed ^ key, Math.floor(step / 7)));
  }

  #lots(bits: number): number {
    return Math.max(this.#pair.minLots, Math.floor(this.#meanLots * SIZE[bits & TABLE_MASK]!));
  }

  #sides(step: number): { bids: Level[]; asks: Level[] } {
    if (this.#kept?.step === step) return this.#kept;
    const best = this.quote(step * STEP_MS);
    const bids: Level[] = [[best.bid, best.bidQuantity]];
    const asks: Level[] = [[best.ask, best.askQuantity]];
    const middle = Math.floor(best.bid / this.#cell);
    for (let away = 0; away < LEVELS && middle - away > 0; away++)
      this.#addLevel(bids, middle - away, step, (price) => price < best.bid);
    for (let away = 0; away < LEVELS; away++)
      this.#addLevel(asks, middle + away, step, (price) => price > best.ask);
    this.#kept = { step, bids, asks };
    return this.#kept;
  }

  /** Each cell of the price grid holds one level for most of the time; its quantity changes every few seconds. */
  #addLevel(side: Level[], cell: number, step: number, fits: (price: number) => boolean): void {
    const place = hash(this.#seed, cell);
    const price = cell * this.#cell + (place % this.#cell);
    if (!fits(price)) return;
    const life = 15 + ((place >>> 8) % 900);
    const bits = hash(place, Math.floor((step + (place >>> 16)) / life));
    if (bits >>> 28 < 14) side.push([price, this.#lots(bits)]);
  }
}

/** Both sides sorted from the best; `direction` is 1 where prices rise. */
function changes(before: Levels, after: Levels, direction: 1 | -1): Level[] {
  const result: Level[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const old = before[i];
    const now = after[j];
    const order = !old ? 1 : !now ? -1 : (old[0] - now[0]) * direction;
    if (order < 0) {
      result.push([old![0], 0]);
      i++;
    } else if (order > 0) {
      result.push(now!);
      j++;
    } else {
      if (old![1] !== now![1]) result.push(now!);
      i++;
      j++;
    }
  }
  return result;
}

import type { BestQuote, Book, BookSnapshot } from '../tape/book.ts';
import type { TapeTrade } from '../tape/tape.ts';
import type { ListedPair } from './coins.ts';
import { changes } from './level-changes.ts';
import { type Level, LevelGrid } from './level-grid.ts';
import { hash, SIZE, TABLE_MASK } from './random.ts';
import type { SimulatedTape } from './tape.ts';

/** The book changes on a grid of 100 ms, the pace of the fast depth stream. */
export const STEP_MS = 100;
/** Update ids of a step: its last is the depth event's, the others are free for best-quote changes within. */
const IDS_A_STEP = 64;

/** Cells of a side, and how many of them are looked at in every step. */
const LEVELS = 1200;
const NEAR = 200;
/** The line between near and far moves in leaps of so many cells. */
const CENTRE = 64;
const FAR_STEPS = 10;
/** Age of an outdated snapshot: 5 s. */
const EARLIER_STEPS = 50;

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
  readonly #grid: LevelGrid;
  readonly #meanLots: number;
  #kept: Sides | undefined;
  #far: FarSides | undefined;

  constructor(pair: ListedPair, tape: SimulatedTape, seed: number, now: () => number) {
    this.#pair = pair;
    this.#tape = tape;
    this.#seed = seed;
    this.#now = now;
    const { priceDecimals, quantityDecimals } = pair.instrument;
    const cell = Math.max(1, Math.round(pair.price * 10 ** priceDecimals * 3e-5));
    this.#grid = new LevelGrid(seed, cell, (bits) => this.#lots(bits));
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
    const { bids, asks, far } = this.#sides(step);
    return {
      lastUpdateId: step * IDS_A_STEP,
      bids: [...bids, ...far.bids].slice(0, limit),
      asks: [...asks, ...far.asks].slice(0, limit),
    };
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
      bids: sideChanges(before, after, 'bids'),
      asks: sideChanges(before, after, 'asks'),
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

  #sides(step: number): Sides {
    if (this.#kept?.step === step) return this.#kept;
    const best = this.quote(step * STEP_MS);
    const middle = Math.floor(best.bid / this.#grid.cell);
    const centre = Math.floor(middle / CENTRE) * CENTRE;
    const bids: Level[] = [[best.bid, best.bidQuantity]];
    const asks: Level[] = [[best.ask, best.askQuantity]];
    for (let cell = middle; cell >= Math.max(centre - NEAR, 1); cell--) {
      const level = this.#grid.at(cell, step);
      if (level && level[0] < best.bid) bids.push(level);
    }
    for (let cell = middle; cell <= centre + CENTRE + NEAR; cell++) {
      const level = this.#grid.at(cell, step);
      if (level && level[0] > best.ask) asks.push(level);
    }
    this.#kept = { step, bids, asks, far: this.#farSides(Math.floor(step / FAR_STEPS) * FAR_STEPS, centre) };
    return this.#kept;
  }

  /** What lies far from the best prices changes once a second only. */
  #farSides(step: number, centre: number): FarSides {
    if (this.#far?.step === step && this.#far.centre === centre) return this.#far;
    const bids: Level[] = [];
    const asks: Level[] = [];
    for (let cell = centre - NEAR - 1; cell > Math.max(centre - LEVELS, 0); cell--) {
      const level = this.#grid.at(cell, step);
      if (level) bids.push(level);
    }
    for (let cell = centre + CENTRE + NEAR + 1; cell < centre + LEVELS; cell++) {
      const level = this.#grid.at(cell, step);
      if (level) asks.push(level);
    }
    this.#far = { step, centre, bids, asks };
    return this.#far;
  }
}

interface FarSides {
  readonly step: number;
  /** Cell around which near and far are told apart. */
  readonly centre: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

interface Sides {
  readonly step: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly far: FarSides;
}

/** Changes of one side; the far part is looked at only where it may have changed. */
function sideChanges(before: Sides, after: Sides, side: 'bids' | 'asks'): Level[] {
  const direction = side === 'asks' ? 1 : -1;
  if (before.far === after.far) return changes(before[side], after[side], direction);
  const whole = (sides: Sides) => [...sides[side], ...sides.far[side]];
  return changes(whole(before), whole(after), direction);
}

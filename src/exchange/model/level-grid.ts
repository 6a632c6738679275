import { hash } from './random.ts';

export type Level = readonly [price: number, quantity: number];

/** More than twice the levels of a side, so that a book's whole window is remembered. */
const REMEMBERED = 4096;

/**
 * Price levels behind the best ones: a grid of cells, each of which holds one level at a fixed price for most
 * of the time. A level keeps its quantity for some seconds to minutes; the same object stands for it meanwhile.
 */
export class LevelGrid {
  /** Ticks from one cell to the next. */
  readonly cell: number;
  readonly #seed: number;
  readonly #lots: (bits: number) => number;
  readonly #cells = new Int32Array(REMEMBERED).fill(-1);
  readonly #from = new Float64Array(REMEMBERED);
  readonly #until = new Float64Array(REMEMBERED);
  readonly #levels: (Level | undefined)[] = new Array(REMEMBERED);

  constructor(seed: number, cell: number, lots: (bits: number) => number) {
    this.#seed = seed;
    this.cell = cell;
    this.#lots = lots;
  }

  /** The level of a cell at a step of the book. */
  at(cell: number, step: number): Level | undefined {
    const slot = cell % REMEMBERED;
    if (this.#cells[slot] !== cell || step < this.#from[slot]! || step >= this.#until[slot]!)
      this.#compute(slot, cell, step);
    return this.#levels[slot];
  }

  #compute(slot: number, cell: number, step: number): void {
    const place = hash(this.#seed, cell);
    const life = 15 + ((place >>> 8) % 900);
    const phase = place >>> 16;
    const age = Math.floor((step + phase) / life);
    const bits = hash(place, age);
    this.#cells[slot] = cell;
    this.#from[slot] = age * life - phase;
    this.#until[slot] = (age + 1) * life - phase;
    const present = bits >>> 28 < 14;
    this.#levels[slot] = present ? [cell * this.cell + (place % this.cell), this.#lots(bits)] : undefined;
  }
}

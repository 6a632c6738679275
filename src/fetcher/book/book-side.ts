/** Price and quantity of a level. */
export type Level = readonly [price: number, quantity: number];

const FIRST_ROOM = 256;
/** Up to so many levels are moved by a loop: calling the engine for them takes longer. */
const SHORT_MOVE = 48;

/**
 * One side of an order book. Level 0 is the best: the highest bid or the lowest ask.
 *
 * Levels lie in two typed arrays, the best last, because nearly all changes are near the best: a search that begins
 * there is short, and so is what a new level has to push aside.
 */
export class BookSide {
  /** 1 for bids, -1 for asks: prices times this rise towards the best. */
  readonly #sign: 1 | -1;
  readonly #maxLevels: number;
  #keys = new Float64Array(FIRST_ROOM);
  #quantities = new Float64Array(FIRST_ROOM);
  #length = 0;

  constructor(side: 'bids' | 'asks', maxLevels: number) {
    this.#sign = side === 'bids' ? 1 : -1;
    this.#maxLevels = maxLevels;
  }

  /** How many levels are known. */
  get length(): number {
    return this.#length;
  }

  /** Price of a level, the best being 0; NaN where there is none. */
  price(level: number): number {
    return level < this.#length ? this.#keys[this.#length - 1 - level]! * this.#sign : Number.NaN;
  }

  /** Quantity of a level in the base asset; NaN where there is none. */
  quantity(level: number): number {
    return level < this.#length ? this.#quantities[this.#length - 1 - level]! : Number.NaN;
  }

  /** Quantity at a price; 0 where there is no level. */
  quantityAt(price: number): number {
    const key = price * this.#sign;
    const at = this.#find(key);
    return at < this.#length && this.#keys[at] === key ? this.#quantities[at]! : 0;
  }

  /** The best `count` levels, the best first. */
  top(count: number): Level[] {
    const levels: Level[] = [];
    for (let i = 0, last = Math.min(count, this.#length); i < last; i++)
      levels.push([this.price(i), this.quantity(i)]);
    return levels;
  }

  /** Sum of the quantities of the best `count` levels, base asset. */
  depth(count: number): number {
    let sum = 0;
    const least = Math.max(0, this.#length - count);
    for (let i = this.#length - 1; i >= least; i--) sum += this.#quantities[i]!;
    return sum;
  }

  /** Makes a level have this quantity; 0 removes it. */
  set(price: number, quantity: number): void {
    const key = price * this.#sign;
    const at = this.#find(key);
    const here = at < this.#length && this.#keys[at] === key;
    if (quantity === 0) {
      if (here) this.#remove(at);
    } else if (here) this.#quantities[at] = quantity;
    else this.#insert(at, key, quantity);
  }

  apply(changes: readonly Level[]): void {
    for (let i = 0; i < changes.length; i++) {
      const change = changes[i]!;
      this.set(change[0], change[1]);
    }
  }

  clear(): void {
    this.#length = 0;
  }

  /** Index of the first key that is not below `key`: in steps that double from the best, then by halves. */
  #find(key: number): number {
    const keys = this.#keys;
    let high = this.#length;
    let low = high - 1;
    for (let step = 1; low >= 0 && keys[low]! >= key; step *= 2) {
      high = low;
      low -= step;
    }
    if (low < -1) low = -1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (keys[middle]! < key) low = middle;
      else high = middle;
    }
    return high;
  }

  #insert(at: number, key: number, quantity: number): void {
    let place = at;
    if (this.#length === this.#maxLevels) {
      // The farthest level makes room; what is farther still is not kept.
      if (at === 0) return;
      this.#remove(0);
      place--;
    } else if (this.#length === this.#keys.length) this.#grow();
    const keys = this.#keys;
    const quantities = this.#quantities;
    const { length } = this;
    if (length - place <= SHORT_MOVE) {
      for (let i = length; i > place; i--) {
        keys[i] = keys[i - 1]!;
        quantities[i] = quantities[i - 1]!;
      }
    } else {
      keys.copyWithin(place + 1, place, length);
      quantities.copyWithin(place + 1, place, length);
    }
    keys[place] = key;
    quantities[place] = quantity;
    this.#length = length + 1;
  }

  #remove(at: number): void {
    const keys = this.#keys;
    const quantities = this.#quantities;
    const last = --this.#length;
    if (last - at <= SHORT_MOVE) {
      for (let i = at; i < last; i++) {
        keys[i] = keys[i + 1]!;
        quantities[i] = quantities[i + 1]!;
      }
    } else {
      keys.copyWithin(at, at + 1, last + 1);
      quantities.copyWithin(at, at + 1, last + 1);
    }
  }

  #grow(): void {
    const room = Math.min(this.#maxLevels, this.#keys.length * 2);
    const keys = new Float64Array(room);
    const quantities = new Float64Array(room);
    keys.set(this.#keys);
    quantities.set(this.#quantities);
    this.#keys = keys;
    this.#quantities = quantities;
  }
}

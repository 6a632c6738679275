const TOLERATED = 2 ** -53 / 1e-12;

/**
 * Spreads and common spread of the pairs in a window that moves over two columns (twice the same for one). Pairs
 * with an absent value do not count. Running sums of distances from an origin, as in an indicator's window: where
 * their rounding passes its bound, two passes over the window compute them anew.
 */
export class MovingMoments {
  count = 0;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  #originX = 0;
  #originY = 0;
  #sumX = 0;
  #sumY = 0;
  #squaresX = 0;
  #squaresY = 0;
  #products = 0;
  #noiseX = 0;
  #noiseY = 0;

  constructor(x: Float64Array, y: Float64Array) {
    this.#x = x;
    this.#y = y;
  }

  get spreadX(): number {
    return Math.max(0, this.#squaresX - (this.#sumX * this.#sumX) / this.count);
  }

  get spreadY(): number {
    return Math.max(0, this.#squaresY - (this.#sumY * this.#sumY) / this.count);
  }

  get common(): number {
    return this.#products - (this.#sumX * this.#sumY) / this.count;
  }

  /** Moves the window to the rows `from` to `to` (excluded), each at most one further than before. */
  move(from: number, to: number, hasLeft: boolean): void {
    if (hasLeft) this.#count(from - 1, -1);
    this.#count(to - 1, 1);
    if (this.count === 0) return;
    if (this.#noiseX * TOLERATED > this.spreadX || this.#noiseY * TOLERATED > this.spreadY)
      this.anew(from, to);
  }

  #count(row: number, sign: 1 | -1): void {
    const x = this.#x[row]! - this.#originX;
    const y = this.#y[row]! - this.#originY;
    if (Number.isNaN(x + y)) return;
    this.count += sign;
    this.#sumX += sign * x;
    this.#sumY += sign * y;
    this.#squaresX += sign * x * x;
    this.#squaresY += sign * y * y;
    this.#products += sign * x * y;
    this.#noiseX += Math.abs(this.#squaresX) + x * x;
    this.#noiseY += Math.abs(this.#squaresY) + y * y;
  }

  /** Two passes over the rows `from` to `to` (excluded). */
  anew(from: number, to: number): void {
    this.#originX = this.#mean(this.#x, from, to);
    this.#originY = this.#mean(this.#y, from, to);
    this.count = 0;
    this.#sumX = 0;
    this.#sumY = 0;
    this.#squaresX = 0;
    this.#squaresY = 0;
    this.#products = 0;
    for (let row = from; row < to; row++) this.#count(row, 1);
    this.#noiseX = 0;
    this.#noiseY = 0;
  }

  /** Of one column over the whole pairs, by distances from the first of them. */
  #mean(values: Float64Array, from: number, to: number): number {
    let first = Number.NaN;
    let sum = 0;
    let count = 0;
    for (let row = from; row < to; row++) {
      if (Number.isNaN(this.#x[row]! + this.#y[row]!)) continue;
      if (count === 0) first = values[row]!;
      sum += values[row]! - first;
      count++;
    }
    return first + sum / count;
  }
}

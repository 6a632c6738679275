/**
 * Which trades of a symbol have been counted. Ids are consecutive, so the counted ones are a range with holes;
 * a trade in a hole is late, any other old one is a duplicate. Holds at most `maxHoles` holes: beyond that the
 * oldest is taken as lost for good.
 */
export class TradeIds {
  readonly maxHoles: number;
  /** First id ever counted: whether earlier trades of its bar are missing can not be known. -1 before any. */
  first = -1;
  /** Highest id counted, -1 before any. */
  last = -1;
  readonly #holes: [from: number, to: number][] = [];

  constructor(maxHoles = 256) {
    this.maxHoles = maxHoles;
  }

  take(id: number): 'new' | 'late' | 'duplicate' {
    if (this.last < 0) {
      this.first = id;
      this.last = id;
      return 'new';
    }
    if (id > this.last) {
      this.#open(this.last + 1, id - 1);
      this.last = id;
      return 'new';
    }
    return this.#fill(id, id) ? 'late' : 'duplicate';
  }

  /** The exchange's own bar has counted all ids of this range. */
  cover(from: number, to: number): void {
    if (this.last < 0) this.first = from;
    else {
      this.#fill(from, to);
      this.#open(this.last + 1, from - 1);
      if (from < this.first) this.first = from;
    }
    if (to > this.last) this.last = to;
  }

  /** Whether an id of this range is missing, or may be. */
  missing(from: number, to: number): boolean {
    if (from < this.first) return true;
    return this.#holes.some(([a, b]) => a <= to && b >= from);
  }

  #open(from: number, to: number): void {
    if (from > to) return;
    this.#holes.push([from, to]);
    if (this.#holes.length > this.maxHoles) this.first = this.#holes.shift()![1] + 1;
  }

  #fill(from: number, to: number): boolean {
    let filled = false;
    for (let i = this.#holes.length - 1; i >= 0; i--) {
      const [a, b] = this.#holes[i]!;
      if (b < from) break;
      if (a > to) continue;
      const left: [number, number][] = [];
      if (a < from) left.push([a, from - 1]);
      if (b > to) left.push([to + 1, b]);
      this.#holes.splice(i, 1, ...left);
      filled = true;
    }
    return filled;
  }
}

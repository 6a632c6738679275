/** Rounding of the running sums may reach a hundred-billionth of the spread; then it is computed anew. */
const TOLERATED = 2 ** -53 / 1e-11;

/**
 * Mean and spread (the sum of squared distances from the mean) of the last `period` values. Never Σx² − n·mean²,
 * which has no digits left where the values are large beside their differences: running sums of the distances
 * from an origin near the values, with a bound of their rounding carried along; where the bound is passed, two
 * passes over the window compute both anew around its mean. Constant time on average, full precision always.
 */
export class MovingSpread {
  /** Results of the last step; NaN until the window is full. */
  mean = Number.NaN;
  spread = Number.NaN;
  private readonly ring: Float64Array;
  private readonly period: number;
  /** One value's share of the mean. */
  private readonly share: number;
  private at = 0;
  private count = 0;
  private origin = 0;
  private sum = 0;
  private squares = 0;
  private noise = 0;
  /** Running sums around the new mean, of the last computation in two passes. */
  private newSum = 0;
  private newSquares = 0;

  constructor(period: number) {
    this.period = period;
    this.share = 1 / period;
    this.ring = new Float64Array(period);
  }

  /** Sets `mean` and `spread` for `value` as the newest; kept only if `commit`. */
  step(value: number, commit: boolean): void {
    const { ring, at, period, origin } = this;
    const newest = value - origin;
    const oldest = ring[at]! - origin;
    const sum = this.sum + (newest - oldest);
    const squares = this.squares + (newest * newest - oldest * oldest);
    const noise = this.noise + squares + newest * newest + oldest * oldest;
    const spread = squares - sum * sum * this.share;
    if (this.count < period || noise * TOLERATED > spread) {
      this.rareStep(value, commit);
      return;
    }
    this.mean = origin + sum * this.share;
    this.spread = spread;
    if (!commit) return;
    this.sum = sum;
    this.squares = squares;
    this.noise = noise;
    ring[at] = value;
    this.at = at + 1 === period ? 0 : at + 1;
  }

  /** A step of the first window, or one whose sums have lost too much. */
  private rareStep(value: number, commit: boolean): void {
    const { ring, at, period, count } = this;
    if (count >= period - 1) this.anew(ring, at + 1, period, at, value);
    if (!commit) return;
    if (count >= period - 1) {
      this.origin = this.mean;
      this.sum = this.newSum;
      this.squares = this.newSquares;
      this.noise = 0;
    }
    this.count = Math.min(count + 1, period);
    ring[at] = value;
    this.at = at + 1 === period ? 0 : at + 1;
  }

  /** Commits all values: the same results as `step` gives for each, bit for bit. Values must be numbers. */
  batch(values: Float64Array, means: Float64Array, spreads: Float64Array): void {
    const { period, ring } = this;
    const { length } = values;
    // Until the window lies within the column.
    const start = Math.min(length, period);
    for (let i = 0; i < start; i++) {
      this.step(values[i]!, true);
      means[i] = this.mean;
      spreads[i] = this.spread;
    }
    if (length === start) return;
    const state = Float64Array.of(this.origin, this.sum, this.squares, this.noise);
    for (let i = start; i < length; i++) {
      i = slide(values, means, spreads, period, i, state);
      if (i === length) break;
      this.anew(values, i - period + 1, i, 0, values[i]!);
      state.set([this.mean, this.newSum, this.newSquares, 0]);
      means[i] = this.mean;
      spreads[i] = this.spread;
    }
    [this.origin, this.sum, this.squares, this.noise] = state as unknown as [number, number, number, number];
    this.mean = means[length - 1]!;
    this.spread = spreads[length - 1]!;
    ring.set(values.subarray(length - period));
    this.at = 0;
  }

  /** Both results in two passes, over `from` to `to`, then 0 to `wrapped`, then the newest: oldest value first. */
  private anew(values: Float64Array, from: number, to: number, wrapped: number, newest: number): void {
    const { period } = this;
    // Distances from a member of the window, so that the mean of equal values is that value to the last bit.
    let sum = 0;
    for (let i = from; i < to; i++) sum += values[i]! - newest;
    for (let i = 0; i < wrapped; i++) sum += values[i]! - newest;
    const mean = newest + sum / period;
    let rest = 0;
    let squares = 0;
    for (let i = from; i < to; i++) {
      const distance = values[i]! - mean;
      rest += distance;
      squares += distance * distance;
    }
    for (let i = 0; i < wrapped; i++) {
      const distance = values[i]! - mean;
      rest += distance;
      squares += distance * distance;
    }
    rest += newest - mean;
    squares += (newest - mean) * (newest - mean);
    this.mean = mean;
    this.spread = Math.max(0, squares - (rest * rest) / period);
    this.newSum = rest;
    this.newSquares = squares;
  }
}

/**
 * `step` over the values from `from` on, by itself, where the engine sees nothing but doubles. `state`: origin, sum,
 * squares, noise. @returns the index whose results must be computed anew, or the length
 */
function slide(
  values: Float64Array,
  means: Float64Array,
  spreads: Float64Array,
  period: number,
  from: number,
  state: Float64Array,
): number {
  const share = 1 / period;
  const origin = state[0]!;
  let sum = state[1]!;
  let squares = state[2]!;
  let noise = state[3]!;
  let i = from;
  for (let last = from - period; i < values.length; i++, last++) {
    const newest = values[i]! - origin;
    const oldest = values[last]! - origin;
    const nextSum = sum + (newest - oldest);
    const nextSquares = squares + (newest * newest - oldest * oldest);
    const nextNoise = noise + nextSquares + newest * newest + oldest * oldest;
    const spread = nextSquares - nextSum * nextSum * share;
    if (nextNoise * TOLERATED > spread) break;
    sum = nextSum;
    squares = nextSquares;
    noise = nextNoise;
    means[i] = origin + sum * share;
    spreads[i] = spread;
  }
  state[1] = sum;
  state[2] = squares;
  state[3] = noise;
  return i;
}

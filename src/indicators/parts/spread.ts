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
  private at = 0;
  private count = 0;
  private origin = 0;
  private sum = 0;
  private squares = 0;
  private noise = 0;

  constructor(period: number) {
    this.period = period;
    this.ring = new Float64Array(period);
  }

  /** Sets `mean` and `spread` for `value` as the newest; kept only if `commit`. */
  step(value: number, commit: boolean): void {
    const { ring, at, period, count, origin } = this;
    if (count < period - 1) {
      if (commit) {
        ring[at] = value;
        this.at = at + 1;
        this.count = count + 1;
      }
      return;
    }
    const newest = value - origin;
    const oldest = ring[at]! - origin;
    const sum = this.sum + (newest - oldest);
    const squares = this.squares + (newest * newest - oldest * oldest);
    const noise = this.noise + squares + newest * newest + oldest * oldest;
    const spread = squares - (sum * sum) / period;
    if (count < period || noise * TOLERATED > spread) {
      this.anew(value, commit);
      return;
    }
    this.mean = origin + sum / period;
    this.spread = spread;
    if (!commit) return;
    this.sum = sum;
    this.squares = squares;
    this.noise = noise;
    ring[at] = value;
    this.at = at + 1 === period ? 0 : at + 1;
  }

  private anew(value: number, commit: boolean): void {
    const { ring, at, period } = this;
    // Distances from a member of the window, so that the mean of equal values is that value to the last bit.
    let sum = 0;
    for (let i = 0; i < period; i++) if (i !== at) sum += ring[i]! - value;
    const mean = value + sum / period;
    let rest = value - mean;
    let squares = rest * rest;
    for (let i = 0; i < period; i++) {
      if (i === at) continue;
      const distance = ring[i]! - mean;
      rest += distance;
      squares += distance * distance;
    }
    this.mean = mean;
    this.spread = Math.max(0, squares - (rest * rest) / period);
    if (!commit) return;
    this.origin = mean;
    this.sum = rest;
    this.squares = squares;
    this.noise = 0;
    this.count = period;
    ring[at] = value;
    this.at = at + 1 === period ? 0 : at + 1;
  }
}

/**
 * A sum that values enter and leave, with what each addition rounds away carried along (Neumaier), so that a
 * huge value that has left leaves nothing behind.
 */
export class RunningSum {
  private sum = 0;
  private lost = 0;

  get value(): number {
    return this.sum + this.lost;
  }

  add(value: number): void {
    const next = this.sum + value;
    this.lost += Math.abs(this.sum) >= Math.abs(value) ? this.sum - next + value : value - next + this.sum;
    this.sum = next;
  }

  /** What the value would be after `add(value)`. */
  with(value: number): number {
    const next = this.sum + value;
    const lost = Math.abs(this.sum) >= Math.abs(value) ? this.sum - next + value : value - next + this.sum;
    return next + (this.lost + lost);
  }

  clear(): void {
    this.sum = 0;
    this.lost = 0;
  }
}

/** The sum of the last `period` values. */
export class MovingSum {
  private readonly ring: Float64Array;
  /** Of the last `period − 1` values. */
  private readonly total = new RunningSum();
  private at = 0;

  constructor(period: number) {
    this.ring = new Float64Array(period);
  }

  /** The sum with `value` as the newest; kept only if `commit`. */
  step(value: number, commit: boolean): number {
    const { ring, at, total } = this;
    if (!commit) return total.with(value);
    total.add(value);
    const sum = total.value;
    const next = at + 1 === ring.length ? 0 : at + 1;
    ring[at] = value;
    total.add(-ring[next]!);
    this.at = next;
    return sum;
  }
}

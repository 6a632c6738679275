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

/**
 * The sum of the last `period` values, in constant time on average and without a subtraction, so that a huge value
 * that has left leaves nothing behind: values come in blocks of `period`, and a window is the end of one block and the
 * beginning of the next.
 */
export class MovingSum {
  private readonly block: Float64Array;
  /** The sum of the block before, from each place to its end; nothing lies beyond the end. */
  private readonly rest: Float64Array;
  private at = 0;
  /** Of the block so far. */
  private sum = 0;

  constructor(period: number) {
    this.block = new Float64Array(period);
    this.rest = new Float64Array(period + 1);
  }

  /** The sum with `value` as the newest; kept only if `commit`. */
  step(value: number, commit: boolean): number {
    const { at, block } = this;
    const sum = this.sum + value;
    const before = this.rest[at + 1]!;
    if (commit) {
      block[at] = value;
      if (at + 1 === block.length) this.turn();
      else {
        this.at = at + 1;
        this.sum = sum;
      }
    }
    return sum + before;
  }

  private turn(): void {
    const { block, rest } = this;
    let sum = 0;
    for (let i = block.length - 1; i > 0; i--) {
      sum += block[i]!;
      rest[i] = sum;
    }
    this.at = 0;
    this.sum = 0;
  }
}

/**
 * The largest of the last `period` values (or the smallest), in constant time on average and two comparisons a value:
 * values come in blocks of `period`, and a window is the end of one block and the beginning of the next.
 */
export class MovingExtreme {
  private readonly period: number;
  /** 1 for the largest; −1 turns the smallest into the largest. */
  private readonly sign: 1 | -1;
  private readonly block: Float64Array;
  /** The extreme of the block before, from each place to its end; nothing lies beyond the end. */
  private readonly rest: Float64Array;
  private at = 0;
  /** Of the block so far. */
  private extreme = Number.NEGATIVE_INFINITY;

  constructor(period: number, which: 'highest' | 'lowest') {
    this.period = period;
    this.sign = which === 'highest' ? 1 : -1;
    this.block = new Float64Array(period);
    this.rest = new Float64Array(period + 1).fill(Number.NEGATIVE_INFINITY);
  }

  /** The extreme with `value` as the newest; kept only if `commit`. */
  step(value: number, commit: boolean): number {
    const { at, sign } = this;
    const signed = value * sign;
    const extreme = signed > this.extreme ? signed : this.extreme;
    const before = this.rest[at + 1]!;
    if (commit) {
      this.block[at] = signed;
      if (at + 1 === this.period) this.turn();
      else {
        this.at = at + 1;
        this.extreme = extreme;
      }
    }
    return (extreme > before ? extreme : before) * sign;
  }

  /** Commits all values: what `step` gives for each. */
  batch(values: Float64Array, out: Float64Array): void {
    const { period } = this;
    let i = 0;
    // To the end of the block that was begun, over whole blocks, and into the last one.
    for (; i < values.length && this.at > 0; i++) out[i] = this.step(values[i]!, true);
    const whole = i + Math.floor((values.length - i) / period) * period;
    overBlocks(values, out, i, whole, period, this.sign, this.rest);
    for (i = whole; i < values.length; i++) out[i] = this.step(values[i]!, true);
  }

  private turn(): void {
    const { block, rest } = this;
    let extreme = Number.NEGATIVE_INFINITY;
    for (let i = block.length - 1; i > 0; i--) {
      if (block[i]! > extreme) extreme = block[i]!;
      rest[i] = extreme;
    }
    this.at = 0;
    this.extreme = Number.NEGATIVE_INFINITY;
  }
}

/** Whole blocks, by themselves, where the engine sees nothing but doubles. */
function overBlocks(
  values: Float64Array,
  out: Float64Array,
  from: number,
  to: number,
  period: number,
  sign: number,
  rest: Float64Array,
): void {
  for (let block = from; block < to; block += period) {
    let extreme = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < period; at++) {
      const signed = values[block + at]! * sign;
      if (signed > extreme) extreme = signed;
      const before = rest[at + 1]!;
      out[block + at] = (extreme > before ? extreme : before) * sign;
    }
    extreme = Number.NEGATIVE_INFINITY;
    for (let at = period - 1; at > 0; at--) {
      const signed = values[block + at]! * sign;
      if (signed > extreme) extreme = signed;
      rest[at] = extreme;
    }
  }
}

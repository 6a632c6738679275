/**
 * The largest of the last `period` values (or the smallest), in constant time on average: of the values in the
 * window only those are kept that no later one exceeds, so the first is the largest.
 */
export class MovingExtreme {
  private readonly values: Float64Array;
  private readonly indices: Float64Array;
  private readonly period: number;
  private readonly sign: 1 | -1;
  private head = 0;
  private size = 0;
  private count = 0;

  constructor(period: number, which: 'highest' | 'lowest') {
    this.period = period;
    this.sign = which === 'highest' ? 1 : -1;
    this.values = new Float64Array(period);
    this.indices = new Float64Array(period);
  }

  /** The extreme with `value` as the newest; kept only if `commit`. */
  step(value: number, commit: boolean): number {
    const { values, indices, period, count, sign } = this;
    const signed = value * sign;
    let { head, size } = this;
    if (size > 0 && indices[head]! <= count - period) {
      head = head + 1 === period ? 0 : head + 1;
      size--;
    }
    if (!commit) return (size > 0 && values[head]! > signed ? values[head]! : signed) * sign;
    let end = head + size;
    if (end >= period) end -= period;
    while (size > 0) {
      const last = end === 0 ? period - 1 : end - 1;
      if (values[last]! > signed) break;
      end = last;
      size--;
    }
    values[end] = signed;
    indices[end] = count;
    this.head = head;
    this.size = size + 1;
    this.count = count + 1;
    return values[head]! * sign;
  }
}

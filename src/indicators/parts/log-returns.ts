/** The logarithm of each value's ratio to the one before it; NaN for the first. Values must be above zero. */
export class LogReturns {
  private previous = Number.NaN;

  step(value: number, commit: boolean): number {
    const change = Math.log(value / this.previous);
    if (commit) this.previous = value;
    return change;
  }
}

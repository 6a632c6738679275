import type { CandleChange, CandleSeries } from '../candles/index.ts';
import type { Indicator } from '../indicators/index.ts';

/** An indicator over a series' closes: committed on each closed bar, looked ahead on the forming one. */
export class AverageLine {
  readonly name: string;
  readonly #indicator: Indicator;
  readonly #series: CandleSeries;
  /** One value a closed bar that the series keeps, oldest first. */
  #committed: number[] = [];

  constructor(name: string, indicator: Indicator, series: CandleSeries) {
    this.name = name;
    this.#indicator = indicator;
    this.#series = series;
    this.#recompute();
  }

  /** Follows what an event did to the series. */
  follow({ closed, correctedFrom }: CandleChange): void {
    if (correctedFrom !== undefined) {
      this.#recompute();
      return;
    }
    for (let i = closed; i > 0; i--) this.#committed.push(this.#indicator.update(this.#series.at(-i)!.close));
    const surplus = this.#committed.length - this.#series.length;
    if (surplus > 0) this.#committed.splice(0, surplus);
  }

  /** Aligned with the series' columns, the forming bar included; NaN before the first result. */
  values(): number[] {
    const { forming } = this.#series;
    return forming ? [...this.#committed, this.#indicator.peek(forming.close)] : [...this.#committed];
  }

  #recompute(): void {
    this.#indicator.reset();
    this.#committed = Array.from(this.#indicator.batch(this.#series.column('close')));
  }
}

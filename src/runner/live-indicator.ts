import type { CandleChange, CandleSeries } from '../candles/index.ts';
import type { ComputedIndicator } from '../dashboard/index.ts';
import type { AnyIndicator } from '../indicators/index.ts';
import type { Candle } from '../market/index.ts';

/** An indicator over a series: committed on each closed bar, looked ahead on the forming one. */
export class LiveIndicator {
  readonly indicator: AnyIndicator;
  readonly #series: CandleSeries;
  /** Of each output, one value a closed bar that the series keeps, oldest first. */
  #committed: Record<string, number[]> = {};

  constructor(indicator: AnyIndicator, series: CandleSeries) {
    this.indicator = indicator;
    this.#series = series;
    this.#recompute();
  }

  /** Follows what an event did to the series. */
  follow({ closed, correctedFrom }: CandleChange): void {
    if (correctedFrom !== undefined) {
      this.#recompute();
      return;
    }
    for (let i = closed; i > 0; i--) {
      const result = this.indicator.update(this.#inputOf(this.#series.at(-i)!));
      for (const output of this.indicator.outputs) this.#committed[output]!.push(lineOf(result, output));
    }
    for (const values of Object.values(this.#committed)) {
      const surplus = values.length - this.#series.length;
      if (surplus > 0) values.splice(0, surplus);
    }
  }

  /**
   * The lines of the newest bars, aligned with the series' columns, the forming bar included; NaN before the first
   * result.
   * @param from index of the first bar
   */
  computed(from = 0): ComputedIndicator {
    const { forming } = this.#series;
    const ahead = forming && this.indicator.peek(this.#inputOf(forming));
    const lines = Object.fromEntries(
      this.indicator.outputs.map((output) => {
        const values = this.#committed[output]!.slice(from);
        if (forming) values.push(lineOf(ahead, output));
        return [output, values];
      }),
    );
    return { indicator: this.indicator, lines };
  }

  #recompute(): void {
    const { indicator } = this;
    indicator.reset();
    const [only = 'close', ...more] = indicator.inputs;
    const result = indicator.batch(more.length === 0 ? this.#series.column(only) : this.#series.columns());
    this.#committed = Object.fromEntries(
      indicator.outputs.map((output) => [
        output,
        Array.from((result instanceof Float64Array ? result : result[output]) as Float64Array),
      ]),
    );
  }

  #inputOf(bar: Candle): number | Candle {
    const [only = 'close', ...more] = this.indicator.inputs;
    return more.length === 0 ? bar[only] : bar;
  }
}

function lineOf(result: number | Readonly<Record<string, number>>, output: string): number {
  return typeof result === 'number' ? result : result[output]!;
}

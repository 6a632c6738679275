import { CandlebookError } from '../market/index.ts';
import { copyState } from './parts/state.ts';

/** Columns of a candle series that an indicator can read. */
export type InputColumn = 'openTime' | 'open' | 'high' | 'low' | 'close' | 'volume' | 'quoteVolume';

/** What a batch is given: one column, or the columns of the bar by name. */
export type BatchInput<In> = In extends number
  ? ArrayLike<number>
  : { readonly [K in keyof In]: ArrayLike<number> };

/** What a batch gives: as many values as bars came in, NaN before the first result. */
export type BatchOutput<Out> = Out extends number
  ? Float64Array
  : { readonly [K in keyof Out]: Float64Array };

/**
 * One contract for every indicator. `In` is a number (of any series: prices, volumes, another indicator) or the
 * fields of a bar; `Out` is a number or the named lines, NaN until there is a result.
 */
export interface Indicator<In = number, Out = number> {
  /** As in the list of indicators: `sma`, `macd`. */
  readonly name: string;
  /** Name and parameters, for column names and legends: `sma_20`, `macd_12_26_9`. */
  readonly id: string;
  /** The columns that it reads of a candle series: one name for an indicator that takes a number. */
  readonly inputs: readonly InputColumn[];
  /** The lines that it gives; one line has the indicator's own name. */
  readonly outputs: readonly string[];
  /** Bars before the first on which every line has a value: the index of the first full result. */
  readonly warmUp: number;
  /** Bars committed since the beginning or the last reset. */
  readonly count: number;

  /**
   * Commits a closed bar, in constant time.
   * @param into with several lines: the object to write to, so that nothing is allocated. Default: a new one
   * @throws CandlebookError INPUT_INVALID on a number that is none, with its index; nothing is committed then
   */
  update(bar: In, into?: Mutable<Out>): Out;

  /** The result if the bar closed as it stands; commits nothing. */
  peek(bar: In, into?: Mutable<Out>): Out;

  /**
   * Commits all bars of the columns: bit for bit what `update` gives for each in turn, several times faster.
   * @throws CandlebookError INPUT_INVALID with the index; nothing is committed then
   */
  batch(columns: BatchInput<In>): BatchOutput<Out>;

  /** An indicator of its own in the same state. */
  copy(): this;

  /** Forgets all bars. */
  reset(): void;
}

export type Mutable<T> = T extends number ? never : { -readonly [K in keyof T]: T[K] };

/** Where conventions differ: TA-Lib's, which is the default, or those of TradingView's built-in indicators. */
export type Profile = 'talib' | 'tradingview';

export interface ProfileOption {
  /** Default `talib`. */
  profile?: Profile;
}

/** What all indicators have in common; each file adds its state, `update`, `peek` and `batch`. */
export abstract class Base {
  abstract readonly name: string;
  abstract readonly inputs: readonly InputColumn[];
  abstract readonly outputs: readonly string[];
  abstract readonly warmUp: number;
  /** Parameters in the order of the factory. */
  protected abstract readonly parameters: readonly (number | string)[];
  count = 0;

  /** A new one with the same parameters. */
  protected abstract fresh(): this;

  get id(): string {
    return [this.name, ...this.parameters].join('_');
  }

  copy(): this {
    const twin = this.fresh();
    copyState(this, twin);
    return twin;
  }

  reset(): void {
    copyState(this.fresh(), this);
  }

  /**
   * After a batch whose running sums are no numbers: goes back to the state before it and names the value that is
   * none. A NaN never leaves such a sum, so that looking at its end is as good as looking at every bar.
   */
  protected undo(before: this, columns: Readonly<Record<string, Float64Array>>): void {
    let index = Number.POSITIVE_INFINITY;
    let named = '';
    for (const [field, values] of Object.entries(columns)) {
      const at = values.findIndex((value) => !Number.isFinite(value));
      if (at < 0 || at >= index) continue;
      index = at;
      named = field;
    }
    if (named === '') return;
    copyState(before, this);
    throw notFinite(this.id, named, columns[named]![index], this.count + index);
  }

  /** Says which field of the bar is no number. */
  protected refuseBar(bar: object): never {
    const fields = bar as Record<string, number>;
    const field = this.inputs.find((name) => !Number.isFinite(fields?.[name]))!;
    return this.refuse(fields?.[field] as number, field);
  }

  protected refuse(value: number, field: string = this.inputs[0]!): never {
    throw notFinite(this.id, field, value, this.count);
  }
}

export function notFinite(id: string, field: string, value: unknown, index: number): CandlebookError {
  return new CandlebookError('INPUT_INVALID', `${id} was given ${field} ${shown(value)} at index ${index}.`, {
    value,
    hint: 'Leave the bar out, or fill it first: one value that is no number spoils every running sum after it.',
  });
}

/** A value in a message: a text in quotes, so that "20" is not taken for 20. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

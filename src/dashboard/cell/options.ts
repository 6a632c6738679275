import { CandlebookError } from '../../market/index.ts';

export interface LiveOptions {
  /** Least time between two ticks, in ms; updates that come faster are merged. Default 40. */
  readonly minInterval?: number;
  /** Longest wait for the page's picture at stop, in ms. Default 4000. */
  readonly pictureTimeout?: number;
  /** How often the picture in the cell's output is renewed while it lives, in ms; 0 for never. Default 60 000. */
  readonly pictureEvery?: number;
  /**
   * Ticks that travel as notebook outputs, where no page has opened a channel of its own (VS Code): least time
   * between two, in ms, while a cell runs and when none does. Defaults 100 and 500.
   */
  readonly outputInterval?: { readonly running: number; readonly background: number };
}

const DEFAULTS: Required<LiveOptions> = {
  minInterval: 40,
  pictureTimeout: 4000,
  pictureEvery: 60_000,
  outputInterval: { running: 100, background: 500 },
};

/** @throws CandlebookError INPUT_INVALID for an interval that is no number of ms */
export function withDefaults(options: LiveOptions): Required<LiveOptions> {
  const all = { ...DEFAULTS, ...options };
  const { minInterval, pictureTimeout, pictureEvery, outputInterval } = all;
  const values = { minInterval, pictureTimeout, pictureEvery, ...outputInterval };
  for (const [name, value] of Object.entries(values)) {
    if (Number.isFinite(value) && value >= 0) continue;
    throw new CandlebookError('INPUT_INVALID', `${name} is ${String(value)}.`, {
      value: { [name]: value },
      hint: 'Give a number of milliseconds, 0 or more.',
    });
  }
  return all;
}

import { CandlebookError } from '../../market/index.ts';
import { type Numbers, toNumbers } from './numbers.ts';

/** How fast old values fade: exactly one of the first four. */
export interface EwmOptions {
  /** Bars of the equally heavy simple average: alpha = 2 / (span + 1). */
  span?: number;
  /** Bars after which a weight has halved. */
  halflife?: number;
  /** Centre of mass: alpha = 1 / (1 + com). */
  com?: number;
  /** The factor itself, above 0 and at most 1. */
  alpha?: number;
  /** Divide by the weights so far (default true), or begin with the first value as if it had been there for ever. */
  adjust?: boolean;
  /** Whether absent values let no time pass. Default false. */
  ignoreNa?: boolean;
  /** Values before the first result. Default 0. */
  minPeriods?: number;
}

export interface Ewm {
  mean(): Float64Array;
  /** Unbiased, as pandas' default. */
  var(): Float64Array;
  std(): Float64Array;
}

/**
 * pandas' `Series.ewm(…)`: exponentially weighted results. Not the indicator `ema`, which begins with a simple
 * average as TA-Lib's does.
 * @throws CandlebookError INPUT_INVALID
 */
export function ewm(numbers: Numbers, options: EwmOptions): Ewm {
  const values = toNumbers(numbers);
  const { adjust = true, ignoreNa = false } = options;
  const least = Math.max(1, options.minPeriods ?? 0);
  const fade = 1 - alphaOf(options);
  const weight = adjust ? 1 : 1 - fade;

  const sweep = (result: (state: State) => number): Float64Array => {
    const state: State = { mean: Number.NaN, cov: 0, weights: 1, squares: 1 };
    let old = 1;
    let count = 0;
    return values.map((value) => {
      const isPresent = !Number.isNaN(value);
      if (isPresent) count++;
      if (Number.isNaN(state.mean)) state.mean = value;
      else if (isPresent || !ignoreNa) {
        state.weights *= fade;
        state.squares *= fade * fade;
        old *= fade;
        if (isPresent) {
          const before = state.mean;
          if (before !== value) state.mean = (old * before + weight * value) / (old + weight);
          const moved = before - state.mean;
          const away = value - state.mean;
          state.cov = (old * (state.cov + moved * moved) + weight * away * away) / (old + weight);
          state.weights += weight;
          state.squares += weight * weight;
          old += weight;
          if (!adjust) {
            state.weights /= old;
            state.squares /= old * old;
            old = 1;
          }
        }
      }
      return count >= least ? result(state) : Number.NaN;
    });
  };

  const variance = ({ cov, weights, squares }: State) => {
    const all = weights * weights;
    return all - squares > 0 ? (all / (all - squares)) * cov : Number.NaN;
  };

  return {
    mean: () => sweep((state) => state.mean),
    var: () => sweep(variance),
    std: () => sweep((state) => Math.sqrt(variance(state))),
  };
}

interface State {
  mean: number;
  cov: number;
  weights: number;
  squares: number;
}

function alphaOf({ span, halflife, com, alpha }: EwmOptions): number {
  const given = [span, halflife, com, alpha].filter((value) => value !== undefined);
  if (given.length === 1) {
    if (span !== undefined && span >= 1) return 2 / (span + 1);
    if (halflife !== undefined && halflife > 0) return 1 - Math.exp(Math.log(0.5) / halflife);
    if (com !== undefined && com >= 0) return 1 / (1 + com);
    if (alpha !== undefined && alpha > 0 && alpha <= 1) return alpha;
  }
  throw new CandlebookError(
    'INPUT_INVALID',
    `ewm was given ${given.length === 0 ? 'no fading' : given.join(' and ')}.`,
    {
      value: given,
      hint: 'Pass exactly one of span (1 or more), halflife (above 0), com (0 or more) or alpha (above 0, at most 1).',
    },
  );
}

import type { CandleSeries } from '../candles/index.ts';
import type { AlertRule } from '../configuration/index.ts';
import { crossings, type IndicatorLine, indicatorLine } from '../indicators/index.ts';
import { trendReversals, volumeSpikeAt } from '../insights/index.ts';
import type { Candle, Interval } from '../market/index.ts';
import type { AlertSide } from './alert.ts';
import type { Level } from './level.ts';

/** What a judge makes of a bar: a value to hold against a level, or something that happened in this bar. */
export type Verdict =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'event'; readonly side: AlertSide; readonly value: number };

/** Judges the bars of one symbol by one rule. Bars are committed once each, oldest first. */
export interface Judge {
  readonly level: Level | undefined;
  /** Commits the closed bar at `index`. */
  close(series: CandleSeries, index: number): Verdict | undefined;
  /** The verdict if the forming bar closed as it stands; commits nothing. */
  peek(series: CandleSeries, forming: Candle): Verdict | undefined;
  /** Forgets all bars. */
  reset(): void;
}

/** `undefined` for rules that do not look at bars. */
export function judgeOf(rule: AlertRule, interval: Interval): Judge | undefined {
  switch (rule.kind) {
    case 'price':
      return rule.on === 'closed' ? lineJudge('close', levelOf(rule, 0.001), interval) : undefined;
    case 'change':
      return rule.bars === undefined ? undefined : lineJudge(`roc_${rule.bars}`, changeLevel(rule), interval);
    case 'rsi':
      return lineJudge(`rsi_${rule.period}`, { ...rule, hysteresis: rule.hysteresis ?? 2 }, interval);
    case 'volatility':
      return lineJudge(`volatility_${rule.period}`, levelOf(rule, 0.05), interval);
    case 'indicator':
      return lineJudge(rule.line, levelOf(rule, 0.01), interval);
    case 'crossing':
      return crossingJudge(rule, interval);
    case 'volumeSpike':
      return spikeJudge(rule);
    case 'reversal':
      return reversalJudge(rule);
    case 'stale':
      return undefined;
  }
}

/** Levels of rules that look at prices and tickers as they come. */
export function levelOf(rule: { above?: number; below?: number; hysteresis?: number }, part: number): Level {
  const { above, below } = rule;
  const hysteresis = rule.hysteresis ?? part * Math.max(Math.abs(above ?? 0), Math.abs(below ?? 0));
  return { ...(above === undefined ? {} : { above }), ...(below === undefined ? {} : { below }), hysteresis };
}

/** Percentage points: a tenth of one is enough not to flutter. */
export function changeLevel(rule: { above?: number; below?: number; hysteresis?: number }): Level {
  return levelOf({ ...rule, hysteresis: rule.hysteresis ?? 0.1 }, 0);
}

function lineJudge(text: string, level: Level, interval: Interval): Judge {
  const line = indicatorLine(text, interval);
  const verdict = (value: number): Verdict | undefined =>
    Number.isNaN(value) ? undefined : { kind: 'value', value };
  return {
    level,
    close: (series, index) => verdict(line.update(series.at(index)!)),
    peek: (_, forming) => verdict(line.peek(forming)),
    reset: () => line.reset(),
  };
}

function crossingJudge(rule: AlertRule & { kind: 'crossing' }, interval: Interval): Judge {
  const line = indicatorLine(rule.line, interval);
  const over: Pick<IndicatorLine, 'update' | 'peek' | 'reset'> =
    typeof rule.over === 'number' ? constant(rule.over) : indicatorLine(rule.over, interval);
  // The newest committed pair that were not equal: a touch is no crossing.
  let before: readonly [number, number] | undefined;
  const judge = (a: number, b: number): Verdict | undefined => {
    if (!before) return undefined;
    const crossing = crossings([before[0], a], [before[1], b])[1]!;
    const side = crossing > 0 ? 'up' : 'down';
    if (crossing === 0 || (rule.direction !== 'both' && rule.direction !== side)) return undefined;
    return { kind: 'event', side, value: a };
  };
  return {
    level: undefined,
    close: (series, index) => {
      const bar = series.at(index)!;
      const [a, b] = [line.update(bar), over.update(bar)];
      const verdict = judge(a, b);
      if (a > b || a < b) before = [a, b];
      return verdict;
    },
    peek: (_, forming) => judge(line.peek(forming), over.peek(forming)),
    reset: () => {
      line.reset();
      over.reset();
      before = undefined;
    },
  };
}

function constant(value: number): Pick<IndicatorLine, 'update' | 'peek' | 'reset'> {
  return { update: () => value, peek: () => value, reset: () => undefined };
}

function spikeJudge({ window, threshold, minRatio }: AlertRule & { kind: 'volumeSpike' }): Judge {
  const judge = (volumes: Float64Array, index: number, { open, close }: Candle): Verdict | undefined => {
    const spike = volumeSpikeAt(volumes, index, { window, threshold, minRatio });
    if (!spike) return undefined;
    const side = close > open ? 'up' : close < open ? 'down' : 'flat';
    return { kind: 'event', side, value: spike.ratio };
  };
  return {
    level: undefined,
    close: (series, index) => judge(series.column('volume'), index, series.at(index)!),
    peek: (series, forming) => {
      const volumes = series.column('volume', { forming: true });
      return judge(volumes, volumes.length - 1, forming);
    },
    reset: () => undefined,
  };
}

function reversalJudge({ fast, slow, direction }: AlertRule & { kind: 'reversal' }): Judge {
  // Found once for all bars that an event closed.
  let found: { of: string; byOpenTime: Map<number, Verdict> } | undefined;
  const reversals = (series: CandleSeries): Map<number, Verdict> => {
    const of = `${series.length} ${series.at(-1)?.openTime} ${series.dropped}`;
    if (found?.of === of) return found.byOpenTime;
    const turns = trendReversals(series, { fast, slow }).filter(
      (turn) => direction === 'both' || direction === turn.direction,
    );
    const byOpenTime = new Map<number, Verdict>(
      turns.map((turn) => [turn.openTime, { kind: 'event', side: turn.direction, value: turn.price }]),
    );
    found = { of, byOpenTime };
    return byOpenTime;
  };
  return {
    level: undefined,
    close: (series, index) => reversals(series).get(series.at(index)!.openTime),
    peek: () => undefined,
    reset: () => {
      found = undefined;
    },
  };
}

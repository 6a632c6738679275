import type { CandleChange, CandleSeries } from '../candles/index.ts';
import type { AlertRule } from '../configuration/index.ts';
import type { DataSource, Interval, MarketEvent } from '../market/index.ts';
import { type Alert, type AlertSide, alertId } from './alert.ts';
import { changeLevel, type Judge, judgeOf, levelOf, type Verdict } from './judges.ts';
import { type Level, stepOver } from './level.ts';
import { Memories, type RuleMemory } from './memory.ts';
import { alertText } from './texts.ts';

export interface AlertEngineOptions {
  readonly rules: readonly AlertRule[];
  /** Those that are tracked; a rule without symbols of its own is about all of them. */
  readonly symbols: readonly string[];
  /** Of the bars that the engine is shown. */
  readonly interval: Interval;
  readonly source: DataSource;
  /** What `engine.memories` gave before a restart. */
  readonly saved?: unknown;
  readonly onAlert: (alert: Alert) => void;
  /** The memories changed: save them before long. */
  readonly onChange?: () => void;
}

/** Bars that closed while nothing ran are judged on return, if they are no older than this. */
const CATCH_UP_MS = 86_400_000;

interface Watch {
  readonly rule: AlertRule;
  readonly symbol: string;
  readonly memory: RuleMemory;
}

interface BarWatch extends Watch {
  readonly judge: Judge;
  readonly onForming: boolean;
  /** Open time of the newest bar that the judge has committed. */
  committed: number;
}

interface LevelWatch extends Watch {
  readonly level: Level;
}

/**
 * Holds the rules against what comes in, in constant time an event, and says each thing once: by hysteresis (a level
 * is told again only after the value came back), by cool-down, once a bar, and by memories that outlive the process.
 * All times but those of `stale` rules are market time, so that a replay gives the same alerts.
 */
export class AlertEngine {
  readonly memories: Memories;
  readonly #options: AlertEngineOptions;
  readonly #bars = new Map<string, BarWatch[]>();
  readonly #prices = new Map<string, LevelWatch[]>();
  readonly #changes = new Map<string, LevelWatch[]>();
  readonly #silences: LevelWatch[] = [];
  /** Local time of each symbol's last event; only where a rule wants to know. */
  readonly #heardAt = new Map<string, number>();

  constructor(options: AlertEngineOptions) {
    this.#options = options;
    this.memories = new Memories(options.saved, () => options.onChange?.());
    const pairs = options.rules.flatMap((rule) =>
      (rule.symbols ?? options.symbols).map((symbol) => [rule, symbol] as const),
    );
    this.memories.keepOnly(pairs.map(([rule, symbol]) => [rule.name, symbol]));
    for (const [rule, symbol] of pairs) this.#add(rule, symbol);
  }

  /** Symbols of which the engine wants to be shown bars. */
  get barSymbols(): string[] {
    return [...this.#bars.keys()];
  }

  /** Takes an event of the feed as it comes. @param now local clock, epoch ms */
  take(event: MarketEvent, now: number): void {
    switch (event.type) {
      case 'trade':
        this.#heard(event.symbol, now);
        this.#hold(this.#prices.get(event.symbol), event.price, event.time);
        break;
      case 'ticker':
        this.#heard(event.symbol, now);
        this.#hold(this.#prices.get(event.symbol), event.lastPrice, event.eventTime);
        this.#hold(this.#changes.get(event.symbol), event.priceChangePercent, event.eventTime);
        break;
      case 'miniTicker':
        this.#heard(event.symbol, now);
        this.#hold(this.#prices.get(event.symbol), event.lastPrice, event.eventTime);
        break;
      case 'aggTrade':
      case 'kline':
      case 'bookTicker':
      case 'depth':
        this.#heard(event.symbol, now);
        break;
      default:
        break;
    }
  }

  /**
   * Looks at a series: at the start, once its history is loaded, and after each event with what that did to it.
   * Bars that were closed before the engine first ran are history; those that closed since it last ran are judged.
   * @param at market time of the event, epoch ms
   */
  follow(series: CandleSeries, change: CandleChange | undefined, at: number): void {
    const watches = this.#bars.get(series.symbol);
    if (!watches) return;
    for (const watch of watches) {
      if (change?.correctedFrom !== undefined) {
        watch.judge.reset();
        watch.committed = Number.NEGATIVE_INFINITY;
      }
      if (change === undefined || change.closed > 0 || change.correctedFrom !== undefined)
        this.#judgeClosed(watch, series);
      if (change?.forming && watch.onForming) this.#judgeForming(watch, series, at);
    }
  }

  /** Looks at the clock, for feeds that have gone silent: about once a second. @param now local clock, epoch ms */
  tick(now: number): void {
    for (const watch of this.#silences) {
      let heardAt = this.#heardAt.get(watch.symbol);
      if (heardAt === undefined) {
        heardAt = now;
        this.#heardAt.set(watch.symbol, now);
      }
      const alert = this.#held(watch, watch.level, (now - heardAt) / 1000, now);
      if (alert) this.#tell(watch, alert, now, { occasion: `silent since ${heardAt}` });
    }
  }

  #add(rule: AlertRule, symbol: string): void {
    const watch = { rule, symbol, memory: this.memories.of(rule.name, symbol) };
    const judge = judgeOf(rule, this.#options.interval);
    if (judge) {
      const onForming = 'on' in rule && rule.on === 'forming';
      push(this.#bars, symbol, { ...watch, judge, onForming, committed: Number.NEGATIVE_INFINITY });
    } else if (rule.kind === 'price') push(this.#prices, symbol, { ...watch, level: levelOf(rule, 0.001) });
    else if (rule.kind === 'change') push(this.#changes, symbol, { ...watch, level: changeLevel(rule) });
    else if (rule.kind === 'stale')
      this.#silences.push({ ...watch, level: { above: rule.seconds, hysteresis: 0 } });
  }

  #heard(symbol: string, now: number): void {
    if (this.#silences.length > 0) this.#heardAt.set(symbol, now);
  }

  #hold(watches: readonly LevelWatch[] | undefined, value: number, at: number): void {
    if (!watches) return;
    for (const watch of watches) {
      const found = this.#held(watch, watch.level, value, at);
      if (found) this.#tell(watch, found, at, { occasion: `${found.side} ${at}` });
    }
  }

  #judgeClosed(watch: BarWatch, series: CandleSeries): void {
    const { memory, judge } = watch;
    let index = series.length;
    while (index > 0 && series.at(index - 1)!.openTime > watch.committed) index--;
    const newest = series.at(-1);
    if (index === series.length || !newest) return;
    // What closed before the first run is history.
    const judged = memory.judged ?? newest.openTime;
    for (; index < series.length; index++) {
      const { openTime, closeTime } = series.at(index)!;
      const verdict = judge.close(series, index);
      watch.committed = openTime;
      if (openTime <= judged || closeTime < newest.closeTime - CATCH_UP_MS) continue;
      if (verdict) this.#weigh(watch, verdict, closeTime + 1, { openTime, forming: false });
    }
    if (memory.judged === undefined || newest.openTime > memory.judged) {
      memory.judged = newest.openTime;
      this.memories.changed();
    }
  }

  #judgeForming(watch: BarWatch, series: CandleSeries, at: number): void {
    const { forming } = series;
    if (!forming) return;
    const verdict = watch.judge.peek(series, forming);
    if (verdict) this.#weigh(watch, verdict, at, { openTime: forming.openTime, forming: true });
  }

  #weigh(watch: BarWatch, verdict: Verdict, at: number, bar: { openTime: number; forming: boolean }): void {
    if (verdict.kind === 'value') {
      const found = this.#held(watch, watch.judge.level!, verdict.value, at);
      if (found) this.#tell(watch, found, at, { occasion: `${found.side} ${bar.openTime} ${at}`, bar });
      return;
    }
    const { memory } = watch;
    const sides = memory.lastBar?.openTime === bar.openTime ? memory.lastBar.sides : [];
    if (sides.includes(verdict.side) || this.#cooling(watch, at)) return;
    memory.lastBar = { openTime: bar.openTime, sides: [...sides, verdict.side] };
    this.#tell(watch, verdict, at, { occasion: `${verdict.side} ${bar.openTime}`, bar });
  }

  /** The side that a value has passed and that may be told. */
  #held(
    watch: Watch,
    level: Level,
    value: number,
    at: number,
  ): { side: AlertSide; value: number } | undefined {
    const { passed, rearmed } = stepOver(level, value, watch.memory);
    if (rearmed) this.memories.changed();
    if (passed === undefined || this.#cooling(watch, at)) return undefined;
    watch.memory.told.push(passed);
    return { side: passed, value };
  }

  #cooling({ memory, rule }: Watch, at: number): boolean {
    return memory.lastAt !== undefined && at - memory.lastAt < rule.cooldownSeconds * 1000;
  }

  #tell(
    { rule, symbol, memory }: Watch,
    { side, value }: { side: AlertSide; value: number },
    at: number,
    { occasion, bar }: { occasion: string; bar?: { openTime: number; forming: boolean } },
  ): void {
    const { source } = this.#options;
    memory.lastAt = at;
    this.memories.changed();
    this.#options.onAlert({
      id: alertId(source, rule.name, symbol, occasion),
      rule: rule.name,
      kind: rule.kind,
      severity: rule.severity,
      symbol,
      source,
      at,
      side,
      value,
      ...bar,
      text: alertText(rule, symbol, side, value, source),
    });
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

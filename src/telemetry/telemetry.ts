import type { Settings } from '../configuration/index.ts';
import type { DataSource } from '../market/index.ts';
import { openSecrets, type Secrets } from '../secrets/index.ts';
import { Health } from './health.ts';
import { type Log, type LogSink, logTo, openLogFile } from './log.ts';
import type { MetricName } from './metrics.ts';
import { type Signals, startSignals } from './signals.ts';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** One value, or several told apart by their attributes. */
export type Reading = number | undefined | readonly (readonly [value: number, attributes: Attributes])[];

export interface TelemetryOptions {
  readonly settings: Pick<Settings, 'telemetry' | 'host'>;
  readonly source: DataSource;
  /** Of the package, as the resource states it. */
  readonly version?: string;
  /** Default: references to the environment alone. */
  readonly secrets?: Secrets;
  /** Told of a log that can not be written. */
  readonly onTrouble?: (error: Error) => void;
}

/** What a feed counts by itself; `FeedStatistics` fits. */
export interface FeedFigures {
  readonly gaps: number;
  readonly missing: number;
  readonly filled: number;
  readonly reconnects: number;
  readonly conflated: number;
  readonly waiting: number;
  readonly usedWeight: number | undefined;
}

/**
 * What a run tells of itself. Every call is cheap and none throws; where the settings ask for nothing, nothing is
 * loaded and nothing is kept.
 */
export class Telemetry {
  readonly log: Log;
  readonly health = new Health();
  readonly #signals: Signals | undefined;
  readonly #closers: readonly (() => Promise<void>)[];

  constructor(log: Log, signals: Signals | undefined, closers: readonly (() => Promise<void>)[]) {
    this.log = log;
    this.#signals = signals;
    this.#closers = closers;
    signals?.mount(this.health);
  }

  /** Address of `/healthz`, `/readyz` and `/metrics`, where a port was asked for. */
  get url(): string | undefined {
    return this.#signals?.url;
  }

  /** Adds to a counter. */
  count(name: MetricName, by = 1, attributes?: Attributes): void {
    this.#signals?.count(name, by, attributes);
  }

  /** Adds a value to a histogram. */
  record(name: MetricName, value: number, attributes?: Attributes): void {
    this.#signals?.record(name, value, attributes);
  }

  /** Reads a gauge, or a counter that somebody else counts, whenever a report is due. */
  observe(name: MetricName, read: () => Reading): void {
    this.#signals?.observe(name, read);
  }

  /** Reads a feed's own counts whenever a report is due. */
  watchFeed(read: () => FeedFigures): void {
    this.observe('candlebook.feed.gaps', () => read().gaps);
    this.observe('candlebook.feed.missing', () => read().missing);
    this.observe('candlebook.feed.filled', () => read().filled);
    this.observe('candlebook.feed.reconnects', () => read().reconnects);
    this.observe('candlebook.feed.conflated', () => read().conflated);
    this.observe('candlebook.rest.weight', () => read().usedWeight);
    this.observe('candlebook.queue.depth', () => [[read().waiting, { queue: 'feed' }]]);
  }

  /** Does the work in a span of that name; what it throws is noted there and thrown on. */
  span<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
    return this.#signals ? this.#signals.span(name, attributes, work) : work();
  }

  /** Sends what was gathered so far. */
  async flush(): Promise<void> {
    await this.#signals?.flush();
  }

  /** Sends the rest and lets go of everything; bounded in time, and silent where nobody answers. */
  async close(): Promise<void> {
    await this.#signals?.close();
    for (const close of this.#closers) await close();
  }
}

/**
 * Opens what `settings.telemetry` asks for; the packages are loaded here and not before.
 * @throws CandlebookError PORT_IN_USE, PACKAGE_MISSING, SECRET_UNAVAILABLE, SETTING_INVALID. Nothing is left open then.
 */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { settings, source, version = 'unknown', onTrouble = () => undefined } = options;
  const { telemetry } = settings;
  const secrets = options.secrets ?? openSecrets();
  const closers: (() => Promise<void>)[] = [];
  const sinks: LogSink[] = [];
  if (telemetry.log.file !== undefined) {
    const file = await openLogFile(telemetry.log.file, onTrouble);
    sinks.push(file.sink);
    closers.push(file.close);
  }
  const isAsked = telemetry.otlp ?? telemetry.azureMonitor ?? telemetry.port;
  let signals: Signals | undefined;
  try {
    if (isAsked !== undefined)
      signals = await startSignals(telemetry, secrets, {
        'service.name': 'candlebook',
        'service.version': version,
        'candlebook.source': source,
        'candlebook.host': settings.host,
      });
  } catch (error) {
    for (const close of closers) await close();
    throw error;
  }
  if (signals) sinks.push(signals.log);
  if (!options.secrets) closers.push(async () => secrets.close());
  return new Telemetry(logTo(telemetry.log.level, sinks), signals, closers);
}

import type { CandleChange, CandleSeries } from '../candles/index.ts';
import type { Settings } from '../configuration/index.ts';
import type { CandlebookError, DataSource, MarketEvent } from '../market/index.ts';
import { openSecrets, type Secrets } from '../secrets/index.ts';
import { openStateFile, type StateFile } from '../store/index.ts';
import type { Alert } from './alert.ts';
import { AlertEngine } from './engine.ts';
import { type Delivery, Outbox } from './outbox.ts';
import { Record, savedIn } from './record.ts';
import type { DeliveryOutcome } from './webhook.ts';

export interface AlertsOptions {
  readonly settings: Pick<Settings, 'alerts' | 'symbols' | 'interval' | 'tables'>;
  readonly source: DataSource;
  /** Shows, logs and counts an alert, at once; it is posted by itself. */
  readonly onAlert?: (alert: Alert) => void;
  /** Told what became of each post. */
  readonly onDelivery?: (outcome: DeliveryOutcome, alert: Alert, why: string | undefined) => void;
  /** Told when the state could not be read or written; alerts go on, and a restart may then repeat one. */
  readonly onTrouble?: (error: CandlebookError) => void;
  /** Default: references to the environment alone. */
  readonly secrets?: Secrets;
  /** Default: `<tables>/<source>/state/alerts.json`. */
  readonly stateFile?: StateFile;
  /** Alerts that `recent` keeps, the newest. Default 100. */
  readonly keep?: number;
}

/** How long a change that is no alert may wait to be saved. */
const SAVE_AFTER_MS = 1_000;
const TICK_MS = 1_000;

/** The settings' rules at work: `take` and `follow` what a loop sees; the rest goes by itself. */
export class Alerts {
  readonly #engine: AlertEngine;
  readonly #record: Record;
  readonly #outbox: Outbox | undefined;
  readonly #options: AlertsOptions;
  readonly #secrets: Secrets;
  readonly #recent: Alert[] = [];
  #saveTimer: NodeJS.Timeout | undefined;
  readonly #ticker: NodeJS.Timeout | undefined;
  #count = 0;

  constructor(options: AlertsOptions, file: StateFile, saved: { memories?: unknown; outbox?: unknown }) {
    this.#options = options;
    const { settings, source, secrets, onTrouble, onDelivery } = options;
    const { rules, webhook } = settings.alerts;
    this.#secrets = secrets ?? openSecrets();
    this.#engine = new AlertEngine({
      rules,
      symbols: settings.symbols,
      interval: settings.interval,
      source,
      saved: saved.memories,
      onAlert: (alert) => this.#tell(alert),
      onChange: () => this.#saveSoon(),
    });
    this.#record = new Record(
      file,
      () => ({ memories: this.#engine.memories, outbox: this.#outbox?.toJSON() ?? [] }),
      (error) => onTrouble?.(error),
    );
    this.#outbox =
      webhook &&
      new Outbox({
        settings: webhook,
        secrets: this.#secrets,
        record: () => this.#record.save(),
        onOutcome: (outcome, alert, why) => onDelivery?.(outcome, alert, why),
      });
    if (Array.isArray(saved.outbox)) this.#outbox?.restore(saved.outbox as Delivery[]);
    if (rules.some((rule) => rule.kind === 'stale'))
      this.#ticker = setInterval(() => this.#engine.tick(Date.now()), TICK_MS).unref();
  }

  /** Symbols whose bars the rules look at. */
  get barSymbols(): readonly string[] {
    return this.#engine.barSymbols;
  }

  /** The newest alerts of this run, oldest first. */
  get recent(): readonly Alert[] {
    return this.#recent;
  }

  /** Alerts of this run. */
  get count(): number {
    return this.#count;
  }

  /** Alerts that wait to be posted. */
  get waiting(): number {
    return this.#outbox?.waiting ?? 0;
  }

  /** Takes an event of the feed. @param now local clock, epoch ms */
  take(event: MarketEvent, now = Date.now()): void {
    this.#engine.take(event, now);
  }

  /**
   * Looks at a series of the settings' interval: once its history is loaded (without `change`), then after each event
   * with what that did to it. @param at market time of the event, epoch ms
   */
  follow(series: CandleSeries, change: CandleChange | undefined, at: number): void {
    this.#engine.follow(series, change, at);
  }

  /** Gives what waits up to `withinMs` to be posted, saves the rest for the next run. */
  async close(withinMs = 2_000): Promise<void> {
    clearInterval(this.#ticker);
    clearTimeout(this.#saveTimer);
    await this.#outbox?.drain(withinMs);
    await this.#outbox?.close();
    await this.#record.save();
    if (!this.#options.secrets) this.#secrets.close();
  }

  #tell(alert: Alert): void {
    this.#count++;
    this.#recent.push(alert);
    if (this.#recent.length > (this.#options.keep ?? 100)) this.#recent.shift();
    this.#outbox?.add(alert);
    this.#options.onAlert?.(alert);
    void this.#record.save();
  }

  #saveSoon(): void {
    this.#saveTimer ??= setTimeout(() => {
      this.#saveTimer = undefined;
      void this.#record.save();
    }, SAVE_AFTER_MS).unref();
  }
}

/**
 * Sets the settings' rules to work, with what the run before this one left: what was told is not told again, what
 * waited to be posted is posted.
 * @throws CandlebookError ACCESS_DENIED where the state can not be read
 */
export async function openAlerts(options: AlertsOptions): Promise<Alerts> {
  const { settings, source } = options;
  const file = options.stateFile ?? (await openStateFile(settings.tables, source, 'alerts.json'));
  const saved = await savedIn(file, (error) => options.onTrouble?.(error));
  return new Alerts(options, file, saved);
}

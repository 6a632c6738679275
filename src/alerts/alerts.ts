import type { CandleChange, CandleSeries } from '../candles/index.ts';
import type { Settings } from '../configuration/index.ts';
import { CandlebookError, type DataSource, type MarketEvent } from '../market/index.ts';
import { openSecrets, type Secrets } from '../secrets/index.ts';
import { type Lease, type LeaseOptions, openLease, openStateFile, type StateFile } from '../store/index.ts';
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
  /** Told when the state was written, or its storage answers again: what was wrong is over. */
  readonly onRecovery?: () => void;
  /** Default: references to the environment alone. */
  readonly secrets?: Secrets;
  /** Default: `<tables>/<source>/state/alerts.json`, for one run at a time. */
  readonly stateFile?: StateFile;
  /** How the runs that share a table location agree which of them tells the alerts. */
  readonly lease?: Pick<LeaseOptions, 'renewMs' | 'expireMs' | 'lookMs'>;
  /** Alerts that `recent` keeps, the newest. Default 100. */
  readonly keep?: number;
}

/** How long a change that is no alert may wait to be saved. */
const SAVE_AFTER_MS = 1_000;
const TICK_MS = 1_000;
/** Where the state could not be read when the rules became this run's, it is tried again after so long. */
const AGAIN_MS = 5_000;

/** Rules at work: only in the one run that tells the alerts of its tables. */
interface Work {
  readonly engine: AlertEngine;
  readonly record: Record;
  readonly outbox: Outbox | undefined;
}

/** A series that was shown, and what the rules have not seen of it. */
interface Followed {
  at: number;
  isBehind: boolean;
}

/**
 * The settings' rules at work: `take` and `follow` what a loop sees; the rest goes by itself. Of several runs on the same
 * tables one tells the alerts; another takes over, with all that the first has written down, once that one has ended.
 */
export class Alerts {
  /** Symbols whose bars the rules look at. */
  readonly barSymbols: readonly string[];
  readonly #options: AlertsOptions;
  readonly #file: StateFile;
  readonly #secrets: Secrets;
  readonly #recent: Alert[] = [];
  readonly #followed = new Map<CandleSeries, Followed>();
  readonly #ticker: NodeJS.Timeout | undefined;
  #lease: Lease | undefined;
  #work: Work | undefined;
  #beginning: Promise<void> | undefined;
  #again: NodeJS.Timeout | undefined;
  #saveTimer: NodeJS.Timeout | undefined;
  #count = 0;

  constructor(options: AlertsOptions, file: StateFile) {
    this.#options = options;
    this.#file = file;
    this.#secrets = options.secrets ?? openSecrets();
    this.barSymbols = this.#engine(undefined, () => undefined).barSymbols;
    if (options.settings.alerts.rules.some((rule) => rule.kind === 'stale'))
      this.#ticker = setInterval(() => this.#atWork?.engine.tick(Date.now()), TICK_MS).unref();
  }

  /** Begins, or waits until no other run tells the alerts. @throws CandlebookError ACCESS_DENIED */
  async start(): Promise<void> {
    const { settings, source, stateFile, lease, onTrouble, onRecovery } = this.#options;
    if (stateFile) return this.#begin();
    this.#lease = await openLease(settings.tables, source, 'alerts', {
      ...lease,
      ...(onTrouble ? { onTrouble } : {}),
      ...(onRecovery ? { onRecovery } : {}),
      onChange: (isHeld) => {
        this.#beginning = isHeld ? this.#beginOrAgain() : this.#pause();
      },
    });
    await this.#beginning;
    // A storage that can not be used for a lease is told of, and alerts go on.
    if (!this.#work && this.#mayTell) await this.#begin();
  }

  /** Which other run tells the alerts; `undefined` where this one does. */
  get toldBy(): string | undefined {
    return this.#lease?.holder;
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
    return this.#work?.outbox?.waiting ?? 0;
  }

  /** Takes an event of the feed. @param now local clock, epoch ms */
  take(event: MarketEvent, now = Date.now()): void {
    this.#atWork?.engine.take(event, now);
  }

  /**
   * Looks at a series of the settings' interval: once its history is loaded (without `change`), then after each event
   * with what that did to it. @param at market time of the event, epoch ms
   */
  follow(series: CandleSeries, change: CandleChange | undefined, at: number): void {
    const followed = this.#followed.get(series) ?? { at, isBehind: false };
    this.#followed.set(series, followed);
    followed.at = at;
    const work = this.#atWork;
    if (!work) followed.isBehind = true;
    else if (change && followed.isBehind)
      work.engine.follow(series, { ...change, correctedFrom: change.correctedFrom ?? 0 }, at);
    else work.engine.follow(series, change, at);
    if (work) followed.isBehind = false;
  }

  /** Gives what waits up to `withinMs` to be posted, saves the rest for the next run. */
  async close(withinMs = 2_000): Promise<void> {
    clearInterval(this.#ticker);
    clearTimeout(this.#saveTimer);
    clearTimeout(this.#again);
    await this.#beginning;
    clearTimeout(this.#again);
    await this.#work?.outbox?.drain(withinMs);
    await this.#work?.outbox?.close();
    await this.#work?.record.close();
    this.#work = undefined;
    await this.#lease?.close();
    if (!this.#options.secrets) this.#secrets.close();
  }

  /** Nothing is told while another run may have taken over: after this process stood still. */
  get #atWork(): Work | undefined {
    return this.#mayTell ? this.#work : undefined;
  }

  get #mayTell(): boolean {
    return !this.#lease || this.#lease.state === 'held' || this.#lease.state === 'unknown';
  }

  /** The rules are this run's, and nobody else will tell their alerts. */
  async #beginOrAgain(): Promise<void> {
    try {
      await this.#begin();
      if (this.#again) this.#options.onRecovery?.();
      this.#again = undefined;
    } catch (error) {
      if (!(error instanceof CandlebookError)) throw error;
      const { lease, onTrouble } = this.#options;
      onTrouble?.(error);
      this.#again = setTimeout(() => {
        this.#beginning = this.#beginOrAgain();
      }, lease?.lookMs ?? AGAIN_MS).unref();
    }
  }

  async #begin(): Promise<void> {
    if (this.#work) return;
    const { settings, onTrouble, onRecovery, onDelivery } = this.#options;
    const saved = await savedIn(this.#file, (error) => onTrouble?.(error));
    const engine = this.#engine(saved.memories, (alert) => this.#tell(alert));
    const record: Record = new Record({
      file: this.#file,
      state: () => ({ memories: engine.memories, outbox: outbox?.toJSON() ?? [] }),
      mayWrite: () => this.#mayTell,
      onTrouble: (error) => onTrouble?.(error),
      onWritten: () => onRecovery?.(),
    });
    const { webhook } = settings.alerts;
    const outbox: Outbox | undefined =
      webhook &&
      new Outbox({
        settings: webhook,
        secrets: this.#secrets,
        record: () => record.save(),
        mayPost: () => this.#mayTell,
        onOutcome: (outcome, alert, why) => onDelivery?.(outcome, alert, why),
      });
    this.#work = { engine, record, outbox };
    if (Array.isArray(saved.outbox)) outbox?.restore(saved.outbox as Delivery[]);
    for (const [series, followed] of this.#followed) {
      engine.follow(series, undefined, followed.at);
      followed.isBehind = false;
    }
  }

  /** Another run goes on from what was written down. */
  async #pause(): Promise<void> {
    const { outbox } = this.#work ?? {};
    this.#work = undefined;
    clearTimeout(this.#again);
    clearTimeout(this.#saveTimer);
    this.#saveTimer = undefined;
    await outbox?.close();
  }

  #engine(saved: unknown, onAlert: (alert: Alert) => void): AlertEngine {
    const { settings, source } = this.#options;
    const { symbols, interval, alerts } = settings;
    const onChange = () => this.#saveSoon();
    return new AlertEngine({ rules: alerts.rules, symbols, interval, source, saved, onAlert, onChange });
  }

  #tell(alert: Alert): void {
    this.#count++;
    this.#recent.push(alert);
    if (this.#recent.length > (this.#options.keep ?? 100)) this.#recent.shift();
    this.#work?.outbox?.add(alert);
    this.#options.onAlert?.(alert);
    void this.#work?.record.save();
  }

  #saveSoon(): void {
    this.#saveTimer ??= setTimeout(() => {
      this.#saveTimer = undefined;
      void this.#work?.record.save();
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
  const alerts = new Alerts(options, file);
  try {
    await alerts.start();
  } catch (error) {
    await alerts.close(0).catch(() => undefined);
    throw error;
  }
  return alerts;
}

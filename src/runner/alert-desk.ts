import { type Alert, type Alerts, type DeliveryOutcome, openAlerts } from '../alerts/index.ts';
import type { CandleChange, CandleSeries } from '../candles/index.ts';
import type { Settings } from '../configuration/index.ts';
import type { DataSource, MarketEvent } from '../market/index.ts';
import type { Secrets } from '../secrets/index.ts';

/** Who is told what a desk finds. */
export interface DeskListener {
  /** Told of each alert, at once. */
  onAlert(alert: Alert): void;
  /** Told what became of each post. */
  onDelivery(outcome: DeliveryOutcome): void;
}

/** A run's rules at work: its events and bars go in, alerts come out. */
export class AlertDesk {
  /** What is wrong with the keeping of alerts now, and with their posting, in words. */
  #keeping: string | undefined;
  #posting: string | undefined;
  #alerts!: Alerts;
  #listener: DeskListener | undefined;
  /** What happened before anybody listened: bars that closed while nothing ran, posts that an earlier run left. */
  #untold: ((listener: DeskListener) => void)[] = [];

  /**
   * @returns undefined where the settings have no rules
   * @throws CandlebookError ACCESS_DENIED where the state of earlier runs can not be read
   */
  static async open(
    settings: Settings,
    source: DataSource,
    secrets: Secrets,
  ): Promise<AlertDesk | undefined> {
    if (settings.alerts.rules.length === 0) return undefined;
    const desk = new AlertDesk();
    desk.#alerts = await openAlerts({
      settings,
      source,
      secrets,
      onAlert: (alert) => desk.#tell((listener) => listener.onAlert(alert)),
      onDelivery: (outcome, _alert, why) => {
        desk.#posting =
          outcome === 'delivered'
            ? undefined
            : `The last alert for the webhook: ${outcome}${why === undefined ? '' : ` (${why})`}.`;
        desk.#tell((listener) => listener.onDelivery(outcome));
      },
      onTrouble: (error) => {
        desk.#keeping = error.message;
      },
      onRecovery: () => {
        desk.#keeping = undefined;
      },
    });
    return desk;
  }

  /** What is wrong with the keeping or the posting of alerts now, in words. */
  get trouble(): string | undefined {
    return this.#keeping ?? this.#posting;
  }

  /** Tells the listener what there was so far, and what comes. */
  listen(listener: DeskListener): void {
    this.#listener = listener;
    for (const tell of this.#untold.splice(0)) tell(listener);
  }

  /** Symbols whose bars the rules look at. */
  get barSymbols(): readonly string[] {
    return this.#alerts.barSymbols;
  }

  get recent(): readonly Alert[] {
    return this.#alerts.recent;
  }

  get count(): number {
    return this.#alerts.count;
  }

  /** Alerts that wait to be posted. */
  get waiting(): number {
    return this.#alerts.waiting;
  }

  /** Which other run tells the alerts of these tables; `undefined` where this one does. */
  get toldBy(): string | undefined {
    return this.#alerts.toldBy;
  }

  /** The newest alert, as a line of a board or a console shows it. */
  get line(): string | undefined {
    if (this.toldBy !== undefined) return `told by another run on these tables (${this.toldBy})`;
    const newest = this.recent.at(-1);
    return newest && `${new Date(newest.at).toISOString().slice(11, 19)} ${newest.text}`;
  }

  take(event: MarketEvent): void {
    this.#alerts.take(event);
  }

  follow(series: CandleSeries, change: CandleChange | undefined, at: number): void {
    this.#alerts.follow(series, change, at);
  }

  close(): Promise<void> {
    return this.#alerts.close();
  }

  #tell(tell: (listener: DeskListener) => void): void {
    if (this.#listener) tell(this.#listener);
    else this.#untold.push(tell);
  }
}

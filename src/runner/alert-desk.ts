import { type Alert, type Alerts, openAlerts } from '../alerts/index.ts';
import type { CandleChange, CandleSeries } from '../candles/index.ts';
import type { Settings } from '../configuration/index.ts';
import type { DataSource, MarketEvent } from '../market/index.ts';
import type { Secrets } from '../secrets/index.ts';

/** A run's rules at work: its events and bars go in, alerts come out. */
export class AlertDesk {
  /** Called with each alert, at once. */
  onAlert: (alert: Alert) => void = () => undefined;
  /** What is wrong with the posting or the keeping of alerts now, in words. */
  trouble: string | undefined;
  #alerts!: Alerts;

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
      onAlert: (alert) => desk.onAlert(alert),
      onDelivery: (_outcome, _alert, why) => {
        desk.trouble = why;
      },
      onTrouble: (error) => {
        desk.trouble = error.message;
      },
    });
    return desk;
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

  /** The newest alert, as a line of a board or a console shows it. */
  get line(): string | undefined {
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
}

import type { Board } from '../dashboard/index.ts';
import type { DataSource } from '../market/index.ts';
import type { HealthReport } from '../telemetry/index.ts';
import type { View, ViewChoices } from './view.ts';

/** A board that is kept up to date for as long as it is open. */
export interface OpenBoard {
  /** As of now. */
  content(): Board;
  /** The chart's bars as CSV, with a header line. */
  candlesCsv(): string;
  close(): void;
}

/** What a page is served from: a run. */
export interface BoardSource {
  readonly source: DataSource;
  readonly choices: ViewChoices;
  /** @throws CandlebookError where the chart's bars can not be had */
  open(view: View): Promise<OpenBoard>;
  /** The 24-hour statistics of all tracked pairs as CSV, with a header line. */
  tickersCsv(): string;
  /** Calls back after something has changed. @returns what ends that */
  onChange(callback: () => void): () => void;
  /** Whether it is alive, and whether it does its work, for `/healthz` and `/readyz`. */
  health?(of: 'live' | 'ready'): HealthReport;
  /** Resolves when the run has ended; never rejects. */
  readonly ended: Promise<unknown>;
}

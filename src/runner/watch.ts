import type { Alert, DeliveryOutcome } from '../alerts/index.ts';
import type { FeedStatistics } from '../fetcher/index.ts';
import type { MarketEvent } from '../market/index.ts';
import type { Recorder } from '../store/index.ts';
import type { Telemetry } from '../telemetry/index.ts';
import type { RunSummary } from './summary.ts';

/** What is watched. */
export interface Watched {
  summary(): RunSummary;
  statistics(): FeedStatistics | undefined;
  readonly recorder: Recorder | undefined;
  /** The exchange's clock minus ours, ms. */
  clockOffset(): number;
}

/** Reading the clock for every trade would cost more than counting it. */
const ONE_TRADE_OF = 16;

/** Tells telemetry how a run is doing: counts are read when a report is due, latencies are noted as they happen. */
export class RunWatch {
  readonly #telemetry: Telemetry;
  readonly #watched: Watched;
  #trades = 0;
  #lastEvent = Date.now();
  /** Exchange's stamp of the newest event, epoch ms. */
  #newest: number | undefined;
  /** A trade on its way into the table: the table's count of rows by which it is in. */
  #committing: { readonly rows: number; readonly time: number } | undefined;
  #trouble: string | undefined;

  constructor(telemetry: Telemetry, watched: Watched) {
    this.#telemetry = telemetry;
    this.#watched = watched;
    const { recorder } = watched;
    telemetry.observe('candlebook.events', () => {
      const { trades, tickers, klines } = watched.summary();
      return [
        [trades, { type: 'trade' }],
        [tickers, { type: 'ticker' }],
        [klines, { type: 'kline' }],
      ];
    });
    if (watched.statistics()) telemetry.watchFeed(() => watched.statistics()!);
    telemetry.observe('candlebook.feed.silence', () => (Date.now() - this.#lastEvent) / 1000);
    telemetry.observe('candlebook.updates', () => watched.summary().updates);
    telemetry.observe('candlebook.queue.depth', () => {
      const { rowsWaiting, alertsWaiting } = watched.summary();
      return [
        [rowsWaiting, { queue: 'store' }],
        [alertsWaiting, { queue: 'webhook' }],
      ];
    });
    telemetry.observe('candlebook.store.rows', () =>
      (['trades', 'rawTickers', 'tickers', 'candles'] as const).flatMap((name) => {
        const table = recorder?.[name];
        return table ? [[table.committedRows, { table: TABLES[name] }] as const] : [];
      }),
    );
    telemetry.health.add('feed', () => {
      const { feed } = watched.summary();
      return feed === 'connected' ? undefined : feed;
    });
    telemetry.health.add('storage', () => watched.summary().storage);
    telemetry.health.add('alerts', () => watched.summary().alerting);
  }

  took(event: MarketEvent): void {
    const { log } = this.#telemetry;
    switch (event.type) {
      case 'trade':
        this.#lastEvent = Date.now();
        this.#newest = event.eventTime;
        if (this.#trades++ % ONE_TRADE_OF === 0)
          this.#telemetry.record('candlebook.latency.received', this.#since(event.eventTime));
        this.#followCommit(event.eventTime);
        return;
      case 'ticker':
        this.#lastEvent = Date.now();
        this.#newest = event.eventTime;
        return;
      case 'connect':
      case 'filled':
        log.info(event.type, event);
        return;
      case 'disconnect':
      case 'stale':
      case 'gap':
      case 'error':
        log.warn(event.type, event);
        return;
      default:
        return;
    }
  }

  /** @param painting from the update to the screen, ms, as far as a page has told */
  drew(painting: number | undefined): void {
    if (this.#newest !== undefined)
      this.#telemetry.record('candlebook.latency.painted', this.#since(this.#newest) + (painting ?? 0));
    const { storage } = this.#watched.summary();
    if (storage !== undefined && this.#trouble === undefined) {
      this.#telemetry.count('candlebook.store.failures');
      this.#telemetry.log.warn('storage', { trouble: storage });
    }
    this.#trouble = storage;
  }

  alerted({ rule, severity, text, symbol }: Alert): void {
    this.#telemetry.count('candlebook.alerts', 1, { rule, severity });
    this.#telemetry.log.info('alert', { rule, severity, symbol, text });
  }

  posted(outcome: DeliveryOutcome): void {
    this.#telemetry.count('candlebook.webhook.posts', 1, { outcome });
  }

  /** One trade at a time is followed into its table. */
  #followCommit(time: number): void {
    const table = this.#watched.recorder?.trades;
    if (!table) return;
    if (this.#committing && table.committedRows >= this.#committing.rows) {
      this.#telemetry.record('candlebook.latency.committed', this.#since(this.#committing.time));
      this.#committing = undefined;
    }
    this.#committing ??= { rows: table.committedRows + table.waitingRows + 1, time };
  }

  #since(stamp: number): number {
    return Date.now() + this.#watched.clockOffset() - stamp;
  }
}

const TABLES = {
  trades: 'raw/trades',
  rawTickers: 'raw/tickers',
  tickers: 'processed/tickers',
  candles: 'processed/candles',
} as const;

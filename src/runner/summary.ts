import type { DataSource, MarketEvent } from '../market/index.ts';

/** What ended a run. */
export type EndedBy = 'button' | 'interrupt' | 'code' | 'time' | 'error';

/** What a run has done so far, or in all. */
export interface RunSummary {
  readonly source: DataSource;
  /** `undefined` while it goes on. */
  readonly endedBy: EndedBy | undefined;
  readonly seconds: number;
  readonly trades: number;
  readonly tickers: number;
  readonly klines: number;
  readonly reconnects: number;
  /** Runs of trades that could not be had, and how many trades that were. */
  readonly gaps: number;
  readonly missing: number;
  /** Trades fetched by REST because the stream did not bring them. */
  readonly filled: number;
  /** From the exchange's stamp of a trade to its event here, ms; `undefined` when polling. */
  readonly latencyMs: { readonly p50: number; readonly p99: number } | undefined;
  /** Request weight of the present minute; `undefined` when polling. */
  readonly usedWeight: number | undefined;
  /** Boards drawn, or tables printed. */
  readonly updates: number;
  /** The longest update so far, ms: when polling with its requests, else its drawing alone. */
  readonly longestUpdateMs: number | undefined;
  /** Rows committed to the tables. */
  readonly rowsStored: number;
  /** Rows that are in no commit yet. */
  readonly rowsWaiting: number;
  /** Rows that the tables held already. */
  readonly rowsRepeated: number;
  /** Candles taken by REST for the time in which nobody followed the feed. */
  readonly candlesFilled: number;
  /** Where the tables lie, from the working folder if they lie in it; `undefined` where nothing is stored. */
  readonly tables: string | undefined;
  /** Alerts of this run, those that wait to be posted, and what is wrong with that, if anything. */
  readonly alerts: number;
  readonly alertsWaiting: number;
  readonly alerting: string | undefined;
  /** The other run on the same tables that tells the alerts; this one takes over when that one has ended. */
  readonly alertsToldBy: string | undefined;
  /** The feed's present state in words. */
  readonly feed: string;
  /** The storage's trouble in words, if it has one now. */
  readonly storage: string | undefined;
}

/** Counts a feed's events and says in words how it stands. */
export class FeedCounters {
  trades = 0;
  tickers = 0;
  klines = 0;
  connects = 0;
  gaps = 0;
  state = 'connecting';
  #isSilent = false;

  count(event: MarketEvent): void {
    switch (event.type) {
      case 'trade':
        this.trades++;
        if (this.#isSilent) this.#resume();
        break;
      case 'ticker':
        this.tickers++;
        break;
      case 'kline':
        this.klines++;
        break;
      case 'gap':
        this.gaps++;
        break;
      case 'connect':
        this.connects++;
        this.#resume();
        break;
      case 'disconnect':
        this.state = `reconnecting: ${event.reason}`;
        break;
      case 'stale':
        this.state = `silent for ${Math.round(event.silentForMs / 1000)} s`;
        this.#isSilent = true;
        break;
      default:
        break;
    }
  }

  #resume(): void {
    this.state = 'connected';
    this.#isSilent = false;
  }

  /** The state's first sentence, where it is one in which prices stand still. */
  get trouble(): string | undefined {
    if (this.state === 'connected' || this.state === 'connecting') return undefined;
    return this.state.replace(/\.\s.*/s, '');
  }

  get reconnects(): number {
    return Math.max(0, this.connects - 1);
  }
}

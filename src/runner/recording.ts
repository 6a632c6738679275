import type { Settings } from '../configuration/index.ts';
import type { RestClient, Since } from '../fetcher/index.ts';
import {
  CandlebookError,
  type DataSource,
  type MarketEvent,
  nextOpenTime,
  openTimeOf,
} from '../market/index.ts';
import {
  openRecorder,
  type RecordedTable,
  type Recorder,
  type RecorderOptions,
  type RecorderStatus,
} from '../store/index.ts';

/** Which tables a run keeps: all that its feed fills, none, or those that are named. */
export type StoreChoice = boolean | readonly RecordedTable[];

/** How the tables are written: batches and compaction. */
export type StoreLimits = Pick<RecorderOptions, 'batch' | 'maintenance'>;

/** A polled feed has neither trades nor closed bars. */
const POLLED: readonly RecordedTable[] = ['raw/tickers', 'processed/tickers'];

/** Trade ids are of one market, whichever of its addresses they come from. */
const MARKETS: Record<Exclude<Settings['host'], 'simulated'>, string> = {
  'binance.us': 'binance.us',
  'binance.com': 'binance.com',
  'data-only': 'binance.com',
};

/**
 * Opens the tables of a run, or makes them.
 * @throws CandlebookError TABLE_UNWRITABLE, SOURCE_MIXED and what else a table can meet
 */
export async function openRecording(
  settings: Settings,
  source: DataSource,
  choice: StoreChoice,
  limits: StoreLimits = {},
): Promise<Recording | undefined> {
  if (choice === false) return undefined;
  const all = settings.refresh === 'live' ? undefined : POLLED;
  const recorder = await openRecorder({
    location: settings.tables,
    source,
    tables: choice === true ? all : choice,
    ...limits,
    ...(settings.host === 'simulated' ? {} : { market: MARKETS[settings.host] }),
  });
  return new Recording(settings, recorder);
}

/** What a run sees, kept in its tables exactly once; the tables say where the next run has to go on. */
export class Recording {
  readonly recorder: Recorder;
  /** Candles taken by REST for the time in which nobody followed the feed. */
  filledCandles = 0;
  readonly #settings: Settings;
  #waits = false;
  #barEnds = Number.NEGATIVE_INFINITY;

  constructor(settings: Settings, recorder: Recorder) {
    this.#settings = settings;
    this.recorder = recorder;
  }

  get location(): string {
    return this.#settings.tables;
  }

  get status(): RecorderStatus {
    return this.recorder.status;
  }

  /** In words, what is wrong with the storage now. */
  get trouble(): string | undefined {
    const { trouble } = this.recorder.status;
    return trouble !== undefined && this.#waits
      ? `${trouble} The feed waits for it; nothing is lost.`
      : trouble;
  }

  /**
   * Where the feed has to begin: after the last kept trade of each symbol.
   * @param begin where it begins for symbols of which no trade is kept; a time only where there is none of any
   * @throws CandlebookError SOURCE_MIXED where a simulated or recorded market has begun anew, so that its trades bear
   *   ids which the table holds already
   */
  async since(rest: RestClient, begin: Since | undefined): Promise<Since | undefined> {
    const kept = this.recorder.since(this.#settings.symbols);
    const [symbol] = Object.keys(kept ?? {});
    if (kept === undefined || symbol === undefined) return begin;
    const since = typeof begin === 'object' ? { ...begin, ...kept } : kept;
    if (this.recorder.source === 'live') return since;
    const [newest] = await rest.trades(symbol, 1);
    if (newest && newest.id >= kept[symbol]!) return since;
    throw new CandlebookError(
      'SOURCE_MIXED',
      `The tables at ${this.location} hold another ${this.recorder.source} market: trade ${kept[symbol]} of ${symbol} lies ahead of this one’s newest, ${newest?.id ?? 'none'}.`,
      { value: this.location, hint: 'Use another table location, or delete that one: its data is not real.' },
    );
  }

  /** Takes an event; awaited before the next one, so that a storage that is behind holds the feed and loses nothing. */
  async take(event: MarketEvent, rest: RestClient): Promise<void> {
    const room = this.recorder.take(event);
    if (room) {
      this.#waits = true;
      await room;
      this.#waits = false;
    }
    if (event.type === 'subscribe' || this.#endsBar(event)) await this.#fillCandles(rest);
  }

  /** A topic brings no bars: those that are over are asked for when the statistics say that time has passed them. */
  #endsBar(event: MarketEvent): boolean {
    if (!this.#settings.topic || event.type !== 'ticker' || event.eventTime < this.#barEnds) return false;
    const { interval } = this.#settings;
    const isFirst = this.#barEnds === Number.NEGATIVE_INFINITY;
    this.#barEnds = nextOpenTime(openTimeOf(event.eventTime, interval), interval);
    return !isFirst;
  }

  async #fillCandles(rest: RestClient): Promise<void> {
    const { symbols, interval } = this.#settings;
    try {
      this.filledCandles += await this.recorder.fillCandles(rest, symbols, interval);
    } catch (error) {
      // They are asked for again after the next connection, from the last one that the table holds.
      if (!(error instanceof CandlebookError)) throw error;
    }
  }
}

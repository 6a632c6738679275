import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../configuration/index.ts';
import { type RestClient, type Since, waitMsOf } from '../fetcher/index.ts';
import {
  CandlebookError,
  type DataSource,
  type ErrorCode,
  type KlineEvent,
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

/** Bars that may wait for those before them before the feed waits too. */
const MOST_BARS = 10_000;
/** Pauses between two tries to fetch bars that were missed, ms. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** What no further try betters. */
const FINAL = new Set<string>([
  'STOPPED',
  'REGION_BLOCKED',
  'SYMBOL_UNKNOWN',
  'REQUEST_REFUSED',
  'INPUT_INVALID',
  'SCHEMA_MISMATCH',
] satisfies ErrorCode[]);
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
  /** Since when the feed has been held back for room, or for candles, and since when a commit has failed, epoch ms. */
  #heldSince: number | undefined;
  #fillsSince: number | undefined;
  #failsSince: number | undefined;
  #barEnds = Number.NEGATIVE_INFINITY;
  /** Symbols whose missed bars are to be fetched, the work on that, what closes meanwhile, and what ended it for good. */
  readonly #lacking = new Set<string>();
  #filling: Promise<void> | undefined;
  #bars: KlineEvent[] = [];
  /** Open time of each symbol's bar to come. */
  readonly #nextOpen = new Map<string, number>();
  #failure: { readonly error: unknown } | undefined;
  readonly #ending = new AbortController();

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
    return trouble !== undefined && (this.#heldSince ?? this.#fillsSince) !== undefined
      ? `${trouble} The feed waits for it; nothing is lost.`
      : trouble;
  }

  /** The same for a board, short: since when the tables wait. To be asked about once a second. */
  get notice(): string | undefined {
    if (this.recorder.status.trouble === undefined) this.#failsSince = undefined;
    else this.#failsSince ??= Date.now();
    // Candles that are asked for wait for the exchange, where the storage is well.
    const heldSince = this.#heldSince ?? (this.#failsSince === undefined ? undefined : this.#fillsSince);
    if (heldSince !== undefined)
      return `wait for storage since ${clock(heldSince)}, the feed is held back, nothing is lost`;
    return this.#failsSince === undefined
      ? undefined
      : `can not be written since ${clock(this.#failsSince)}, what comes waits`;
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

  /**
   * Takes an event; awaited before the next one, so that a storage that is behind holds the feed and loses nothing.
   * While bars that were missed are fetched, those that close wait for them: the last bar of a table says up to where it
   * is complete. Trades do not wait.
   */
  async take(event: MarketEvent, rest: RestClient): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    if (event.type === 'subscribe') this.#fillCandles(this.#followedBy(event.streams), rest);
    if (event.type === 'kline' && event.closed) await this.#takeBar(event, rest);
    else await this.#keep(event);
    if (this.#endsBar(event)) this.#fillCandles(this.#settings.symbols, rest);
  }

  /** Commits the last batches. @throws what a commit threw: those rows are not in the table */
  close(): Promise<void> {
    this.#ending.abort();
    return this.recorder.close();
  }

  async #takeBar(bar: KlineEvent, rest: RestClient): Promise<void> {
    if (!this.#filling) {
      if (!this.#isBehindHole(bar)) return this.#keepBar(bar);
      this.#fillCandles([bar.symbol], rest);
    }
    this.#bars.push(bar);
    if (this.#bars.length < MOST_BARS) return;
    this.#fillsSince = Date.now();
    await this.#filling;
    this.#fillsSince = undefined;
  }

  /**
   * A frame of the stream may be lost though its connection holds: that is seen by the next closed bar. Each hole is
   * seen once.
   */
  #isBehindHole({ symbol, candle: { openTime } }: KlineEvent): boolean {
    const isBehind = openTime > (this.#nextOpen.get(symbol) ?? Number.POSITIVE_INFINITY);
    if (isBehind) this.#expect(symbol, openTime);
    return isBehind;
  }

  async #keepBar(bar: KlineEvent): Promise<void> {
    this.#expect(bar.symbol, nextOpenTime(bar.candle.openTime, bar.interval));
    await this.#keep(bar);
  }

  #expect(symbol: string, openTime: number): void {
    this.#nextOpen.set(symbol, Math.max(openTime, this.#nextOpen.get(symbol) ?? Number.NEGATIVE_INFINITY));
  }

  /** A topic brings no bars: those that are over are asked for when the statistics say that time has passed them. */
  #endsBar(event: MarketEvent): boolean {
    if (!this.#settings.topic || event.type !== 'ticker' || event.eventTime < this.#barEnds) return false;
    const { interval } = this.#settings;
    const isFirst = this.#barEnds === Number.NEGATIVE_INFINITY;
    this.#barEnds = nextOpenTime(openTimeOf(event.eventTime, interval), interval);
    return !isFirst;
  }

  /** Symbols whose bars these streams bring, a part of all where there are many; of a topic, all. */
  #followedBy(streams: readonly string[]): readonly string[] {
    const { symbols, interval, topic } = this.#settings;
    if (topic) return symbols;
    const opened = new Set(streams);
    return symbols.filter((symbol) => opened.has(`${symbol.toLowerCase()}@kline_${interval}`));
  }

  async #keep(event: MarketEvent): Promise<void> {
    const room = this.recorder.take(event);
    if (!room) return;
    this.#heldSince ??= Date.now();
    await room;
    this.#heldSince = undefined;
  }

  #fillCandles(symbols: readonly string[], rest: RestClient): void {
    for (const symbol of symbols) this.#lacking.add(symbol);
    if (this.#lacking.size === 0 || this.#filling) return;
    this.#filling = this.#fill(rest).catch((error) => {
      if (!this.#ending.signal.aborted) this.#failure = { error };
    });
  }

  /**
   * Fetches what is lacking, then keeps the bars that waited. It does not give up: a later bar in the table would hide
   * the hole before it for ever.
   */
  async #fill(rest: RestClient): Promise<void> {
    const { signal } = this.#ending;
    for (let failed = 0; !signal.aborted; ) {
      if (this.#lacking.size === 0) {
        const [bar] = this.#bars;
        if (!bar) break;
        if (this.#isBehindHole(bar)) this.#lacking.add(bar.symbol);
        else await this.#keepBar(this.#bars.shift()!);
        continue;
      }
      const symbols = [...this.#lacking];
      this.#lacking.clear();
      // What has closed by now is asked for too.
      const asked = this.#bars.filter(({ symbol }) => symbols.includes(symbol));
      this.#bars = this.#bars.filter(({ symbol }) => !symbols.includes(symbol));
      try {
        const { interval } = this.#settings;
        const filled = await this.recorder.fillCandles(rest, symbols, interval);
        if (filled) {
          this.filledCandles += filled.taken;
          for (const symbol of symbols) this.#expect(symbol, openTimeOf(filled.until, interval));
        }
        failed = 0;
      } catch (error) {
        if (!(error instanceof CandlebookError)) throw error;
        if (FINAL.has(error.code)) {
          this.#bars.unshift(...asked);
          continue;
        }
        for (const symbol of symbols) this.#lacking.add(symbol);
        // Where it says when to come back, the pauses need not grow.
        const pauseMs = waitMsOf(error) || FIRST_PAUSE_MS * 2 ** failed++;
        await sleep(Math.min(LONGEST_PAUSE_MS, pauseMs), undefined, { signal, ref: false }).catch(
          () => undefined,
        );
      }
    }
    this.#filling = undefined;
  }
}

function clock(time: number): string {
  return `${new Date(time).toISOString().slice(11, 19)} UTC`;
}

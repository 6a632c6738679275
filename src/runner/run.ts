import { isAbsolute, relative } from 'node:path';
import type { CandleSeries } from '../candles/index.ts';
import { loadSettings, type Settings } from '../configuration/index.ts';
import { type Board, inKernel } from '../dashboard/index.ts';
import { formatTickerTable } from '../insights/index.ts';
import {
  CandlebookError,
  type DataSource,
  type Feed,
  type MarketEvent,
  type Ticker,
} from '../market/index.ts';
import { openTickerTable, type TickerRow, type TickerTable } from '../store/index.ts';
import { ChartView } from './chart-view.ts';
import { type Display, type DisplayKind, type Frame, openDisplay } from './display.ts';
import { type Connection, connect } from './exchange.ts';
import { openFeedOn } from './feed.ts';
import { MarketView } from './market-view.ts';
import { Pacer } from './pacer.ts';
import { type EndedBy, FeedCounters, type RunSummary } from './summary.ts';
import { WARM_UP_BARS, warmUp } from './warm-up.ts';

export interface RunOptions {
  /** Default: the board in a notebook, else the console. */
  readonly display?: DisplayKind;
  /** Keep what is shown in `processed/tickers`. Default true. */
  readonly store?: boolean;
  /** Where the console display writes. Default: standard output. */
  readonly write?: (text: string) => void;
  /** Whether the console draws over its last update. Default: on a terminal. */
  readonly redraw?: boolean;
  /** Ends the run as `stop()` does. */
  readonly signal?: AbortSignal;
}

/**
 * Connects, draws the first picture, and goes on in the background: feed → candles and averages → display and
 * table. It returns as soon as the first picture is shown.
 *
 * @throws CandlebookError when it can not begin: HOST_UNREACHABLE, REGION_BLOCKED, SYMBOL_UNKNOWN, TABLE_UNWRITABLE,
 *   SOURCE_MIXED, KERNEL_MISSING. Nothing is left running then.
 */
export async function startDashboard(
  settings: Settings = loadSettings(),
  options: RunOptions = {},
): Promise<DashboardRun> {
  const connection = await connect(settings);
  let table: TickerTable | undefined;
  try {
    const { rest } = connection;
    const now = await rest.serverTime();
    const [tickers, candles] = await Promise.all([
      rest.ticker24h(settings.symbols),
      warmUp(rest, settings, now),
    ]);
    const view = new MarketView(settings, tickers, candles, now);
    if (options.store ?? true)
      table = await openTickerTable({ location: settings.tables, source: rest.source });
    return new DashboardRun(settings, connection, view, table, options);
  } catch (error) {
    await table?.close();
    await connection.close();
    throw error;
  }
}

/** A chart beside the run's own. */
export interface OpenChart {
  /** Its bars, the forming one included. */
  readonly candles: CandleSeries;
  /** The whole board with this chart, as of now. */
  board(): Board;
  close(): void;
}

/** A dashboard that runs until it is stopped. Made by `startDashboard`. */
export class DashboardRun {
  readonly settings: Settings;
  /**
   * Resolves when the run has ended and its last batch is committed; rejects with the error that ended it.
   */
  readonly done: Promise<RunSummary>;
  readonly #connection: Connection;
  readonly #view: MarketView;
  readonly #table: TickerTable | undefined;
  readonly #display: Display;
  readonly #feed: Feed;
  readonly #charts = new Set<ChartView>();
  readonly #listeners = new Set<() => void>();
  readonly #pacer: Pacer;
  readonly #counters = new FeedCounters();
  readonly #began = performance.now();
  readonly #timer: NodeJS.Timeout | undefined;
  #updates = 0;
  #rowsStored = 0;
  #storage: string | undefined;
  #endedBy: EndedBy | undefined;
  #endedAt: number | undefined;
  #waiters: { updates: number; resolve: () => void }[] = [];
  #finish!: { resolve: (summary: RunSummary) => void; reject: (error: unknown) => void };

  constructor(
    settings: Settings,
    connection: Connection,
    view: MarketView,
    table: TickerTable | undefined,
    options: RunOptions,
  ) {
    this.settings = settings;
    this.#connection = connection;
    this.#view = view;
    this.#table = table;
    this.done = new Promise((resolve, reject) => {
      this.#finish = { resolve, reject };
    });
    // Whoever awaits `done` is told; a run that nobody awaits must not take the process down.
    this.done.catch(() => undefined);
    const kind = options.display ?? (inKernel() ? 'board' : 'console');
    const write = options.write ?? ((text: string) => void process.stdout.write(text));
    const pollSeconds = settings.refresh === 'live' ? undefined : settings.refresh;
    const redraw = options.redraw ?? (options.write === undefined && process.stdout.isTTY === true);
    this.#display = openDisplay(kind, this.#frame(), { write, pollSeconds, redraw });
    this.#pacer = new Pacer(() => this.#draw(), this.#display.everyMs);
    this.#display.onStop((by) => void this.#end(by));
    this.#feed = openFeedOn(connection, settings);
    if (settings.runSeconds > 0)
      this.#timer = setTimeout(() => void this.#end('time'), settings.runSeconds * 1000);
    if (options.signal?.aborted) void this.#end('code');
    options.signal?.addEventListener('abort', () => void this.#end('code'), { once: true });
    this.#store(view.tickers);
    void this.#follow();
  }

  get source(): DataSource {
    return this.#connection.rest.source;
  }

  /** What the panels show now. */
  get tickers(): Ticker[] {
    return this.#view.tickers;
  }

  /** The chart's bars, the forming one included. */
  get candles(): CandleSeries {
    return this.#view.candles;
  }

  /** Ends the run: last batch committed, sockets closed, a picture left. */
  async stop(): Promise<RunSummary> {
    await this.#end('code');
    return this.done;
  }

  /** Shows the board again in the cell that calls this: after a page reload, or a second time. */
  attach(): void {
    this.#display.attach();
  }

  /** Resolves after `count` more updates of the display, or when the run ends. */
  updates(count: number): Promise<void> {
    if (this.#endedBy) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ updates: this.#updates + count, resolve }));
  }

  /**
   * A chart of another tracked pair, interval or theme beside the run's own, kept up to date until it is closed.
   * @throws CandlebookError HOST_UNREACHABLE and what else a request for its bars can meet; STOPPED after the run
   */
  async openChart(choice: Pick<Settings, 'chartSymbol' | 'interval' | 'theme'>): Promise<OpenChart> {
    if (this.#endedBy) throw new CandlebookError('STOPPED', 'This run has ended.');
    const chart = await ChartView.open(this.#connection.rest, { ...this.settings, ...choice }, this.tickers);
    this.#charts.add(chart);
    return {
      candles: chart.candles,
      board: () => chart.board(),
      close: () => {
        this.#charts.delete(chart);
        chart.close();
      },
    };
  }

  /** Calls back after each event that changed something. @returns what ends that */
  onChange(callback: () => void): () => void {
    this.#listeners.add(callback);
    return () => void this.#listeners.delete(callback);
  }

  summary(): RunSummary {
    const { trades, tickers, klines, reconnects, gaps, state } = this.#counters;
    return {
      source: this.source,
      endedBy: this.#endedBy,
      seconds: Math.round(((this.#endedAt ?? performance.now()) - this.#began) / 100) / 10,
      trades,
      tickers,
      klines,
      reconnects,
      gaps,
      updates: this.#updates,
      rowsStored: this.#rowsStored,
      rowsWaiting: this.#table?.waitingRows ?? 0,
      table: this.#table && shortPath(this.#table.location),
      feed: this.#endedBy ? 'ended' : state,
      storage: this.#storage,
    };
  }

  /** The console table of the present state, as the original dashboard printed it. */
  report(): string {
    return formatTickerTable(this.tickers, { source: this.source });
  }

  /**
   * Rows of the table, in order of event time, the present batch included.
   * @param options `last`: only the newest so many. Default: all
   */
  async storedRows(options: { last?: number } = {}): Promise<TickerRow[]> {
    if (!this.#table) return [];
    if (!this.#endedBy) await this.#table.flush();
    const rows = await this.#table.read();
    return options.last === undefined ? rows : rows.slice(-options.last);
  }

  async #follow(): Promise<void> {
    try {
      for await (const event of this.#feed) {
        this.#counters.count(event);
        for (const chart of this.#charts) chart.take(event);
        await this.#take(event);
        for (const listener of this.#listeners) listener();
      }
      await this.#end('code');
    } catch (error) {
      await this.#end('error', error);
    }
  }

  async #take(event: MarketEvent): Promise<void> {
    switch (event.type) {
      case 'trade':
        this.#view.takeTrade(event);
        break;
      case 'kline':
        this.#view.takeKline(event);
        break;
      case 'ticker':
        this.#view.takeTicker(event);
        this.#store([event]);
        if (this.settings.refresh === 'live') break;
        // A round of polling ends with the last symbol: one candle request, one update.
        if (event.symbol !== this.settings.symbols.at(-1)) return;
        await this.#pollCandles(event);
        break;
      case 'connect':
      case 'subscribe':
        // The data that follows draws them.
        return;
      default:
        break;
    }
    this.#pacer.mark();
  }

  /** The chart's bars at every round; the others', which only closed bars count of, when one of them is over. */
  async #pollCandles({ eventTime }: Ticker): Promise<void> {
    const { chartSymbol, interval } = this.settings;
    const due = this.#view
      .newestBars()
      .filter(({ symbol, newest }) => symbol === chartSymbol || !newest || newest.closeTime < eventTime);
    try {
      await Promise.all(
        due.map(async ({ symbol, newest }) => {
          const range = newest ? { startTime: newest.openTime, limit: 1000 } : { limit: WARM_UP_BARS };
          const candles = await this.#connection.rest.klines(symbol, interval, range);
          this.#view.takeCandles(symbol, candles, eventTime);
        }),
      );
    } catch (error) {
      // The next round asks again; what was closed meanwhile is among its bars.
      if (
        !(error instanceof CandlebookError) ||
        (error.code !== 'HOST_UNREACHABLE' && error.code !== 'STOPPED')
      )
        throw error;
    }
  }

  #store(tickers: readonly Ticker[]): void {
    if (!this.#table || tickers.length === 0) return;
    this.#table.append(tickers).then(
      () => {
        this.#rowsStored += tickers.length;
        this.#storage = undefined;
      },
      (error: Error) => {
        this.#storage = error.message;
      },
    );
  }

  #draw(): void {
    this.#updates++;
    try {
      this.#display.update(this.#frame());
    } catch (error) {
      void this.#end('error', error);
      return;
    }
    const waiting = this.#waiters;
    this.#waiters = waiting.filter(({ updates }) => updates > this.#updates);
    for (const { updates, resolve } of waiting) if (updates <= this.#updates) resolve();
  }

  #frame(): Frame {
    return {
      source: this.source,
      tickers: this.tickers,
      update: this.#updates,
      feed: this.#counters.state,
      board: () => this.#view.board(this.source),
    };
  }

  async #end(by: EndedBy, error?: unknown): Promise<void> {
    if (this.#endedBy) return;
    this.#endedBy = by;
    clearTimeout(this.#timer);
    this.#pacer.cancel();
    for (const chart of this.#charts) chart.close();
    let failure = error;
    const steps = [
      () => this.#feed.close(),
      () => this.#display.end(error),
      () => this.#table?.close(),
      () => this.#connection.close(),
    ];
    for (const step of steps) {
      try {
        await step();
      } catch (problem) {
        failure ??= problem;
      }
    }
    this.#endedAt = performance.now();
    for (const { resolve } of this.#waiters.splice(0)) resolve();
    if (failure === undefined) this.#finish.resolve(this.summary());
    else this.#finish.reject(failure);
  }
}

/** A folder below the working one as a person would type it; everything else as it is. */
function shortPath(location: string): string {
  const path = relative(process.cwd(), location);
  return location.includes('://') || path.startsWith('..') || isAbsolute(path) ? location : path;
}

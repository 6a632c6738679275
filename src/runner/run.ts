import { isAbsolute, relative } from 'node:path';

import type { Alert } from '../alerts/index.ts';
import type { CandleSeries } from '../candles/index.ts';
import { loadSettings, packageVersion, type Settings } from '../configuration/index.ts';
import { type Board, inKernel } from '../dashboard/index.ts';
import type { FeedStatistics, Since } from '../fetcher/index.ts';
import { formatTickerTable } from '../insights/index.ts';
import { CandlebookError, type DataSource, type MarketEvent, type Ticker } from '../market/index.ts';
import { openSecrets, type Secrets } from '../secrets/index.ts';
import { later } from '../signals/index.ts';
import type { TickerRow } from '../store/index.ts';
import { openTelemetry, type Telemetry } from '../telemetry/index.ts';
import { AlertDesk } from './alert-desk.ts';
import { pollCandles } from './candle-poll.ts';
import { ChartView } from './chart-view.ts';
import { type Display, type DisplayKind, type Frame, openDisplay } from './display.ts';
import { type Connection, connect } from './exchange.ts';
import { openFeedOn, type RunFeed, statisticsOf } from './feed.ts';
import { MarketView } from './market-view.ts';
import { giveMemoryBack } from './memory.ts';
import { Pacer } from './pacer.ts';
import { PastChart } from './past-chart.ts';
import { openRecording, type Recording, type StoreChoice, type StoreLimits } from './recording.ts';
import { type EndedBy, FeedCounters, type RunSummary } from './summary.ts';
import { warmUp } from './warm-up.ts';
import { RunWatch } from './watch.ts';

/** How often it is looked whether the tables wait, ms. */
const NOTICE_EVERY_MS = 500;

export interface RunOptions {
  /** Default: the board in a notebook, else the console. */
  readonly display?: DisplayKind;
  /** Keep what is seen in the project tables: all that the feed fills (`true`, the default), none, or those named. */
  readonly store?: StoreChoice;
  /** Batches and compaction of the tables. */
  readonly storage?: StoreLimits;
  /** Trades from here on where the tables hold none yet, the past by REST. Default: from now on. */
  readonly since?: Since;
  /** Where the console display writes. Default: standard output. */
  readonly write?: (text: string) => void;
  /** Whether the console draws over its last update. Default: on a terminal. */
  readonly redraw?: boolean;
  /** Ends the run as `stop()` does. */
  readonly signal?: AbortSignal;
}

/**
 * Connects, draws the first picture, and goes on in the background: feed → candles and indicators → display and
 * tables. It returns as soon as the first picture is shown. Where the tables hold trades of an earlier run, the feed
 * goes on after the last of them.
 *
 * @throws CandlebookError when it can not begin: HOST_UNREACHABLE, REGION_BLOCKED, SYMBOL_UNKNOWN, TABLE_UNWRITABLE,
 *   SOURCE_MIXED, KERNEL_MISSING. Nothing is left running then.
 */
export async function startDashboard(
  settings: Settings = loadSettings(),
  options: RunOptions = {},
): Promise<DashboardRun> {
  const connection = await connect(settings);
  let recording: Recording | undefined;
  let alerts: AlertDesk | undefined;
  let telemetry: Telemetry | undefined;
  const { keyVault, secretRefreshSeconds: refreshSeconds } = settings;
  const secrets = openSecrets({ ...(keyVault === '' ? {} : { keyVault }), refreshSeconds });
  try {
    const { rest } = connection;
    const now = await rest.serverTime();
    telemetry = await openTelemetry({ settings, source: rest.source, version: packageVersion(), secrets });
    const { store = true, storage, since: begin } = options;
    const opening = openRecording(settings, rest.source, store, storage).then((opened) => {
      recording = opened;
      return opened ? opened.since(rest, begin) : begin;
    });
    alerts = await AlertDesk.open(settings, rest.source, secrets);
    const [tickers, candles, since] = await allOrFirstError([
      rest.ticker24h(settings.symbols),
      warmUp(rest, settings, now, alerts?.barSymbols),
      opening,
    ]);
    const desk = alerts;
    const view = new MarketView(settings, tickers, candles, now, (...change) => desk?.follow(...change));
    const feed = await openFeedOn(connection, settings, secrets, since);
    return new DashboardRun(
      { settings, connection, view, feed, recording, alerts, telemetry, secrets },
      options,
    );
  } catch (error) {
    await alerts?.close();
    await recording?.close();
    await telemetry?.close();
    secrets.close();
    await connection.close();
    throw error;
  }
}

/** Waits for all, also where one fails, so that nothing that is being opened is left open. */
async function allOrFirstError<T extends readonly unknown[]>(
  work: {
    [K in keyof T]: Promise<T[K]>;
  },
): Promise<T> {
  await Promise.allSettled(work);
  return Promise.all(work) as unknown as Promise<T>;
}

/** Which chart; what is left out is the run's own. */
export interface ChartChoice {
  /** One of the tracked pairs. */
  readonly chartSymbol?: string;
  readonly interval?: Settings['interval'];
  readonly theme?: Settings['theme'];
  /** Its last moment, epoch ms: a chart of the past, out of the table as far as that goes. Default: the present. */
  readonly until?: number;
}

/** A chart beside the run's own. */
export interface OpenChart {
  /** Its bars, the forming one included. */
  readonly candles: CandleSeries;
  /** The whole board with this chart, as of now. */
  board(): Board;
  close(): void;
}

interface RunParts {
  readonly settings: Settings;
  readonly connection: Connection;
  readonly view: MarketView;
  readonly feed: RunFeed;
  readonly recording: Recording | undefined;
  readonly alerts: AlertDesk | undefined;
  readonly telemetry: Telemetry;
  /** Of alerts and telemetry. */
  readonly secrets: Secrets;
}

/** A dashboard that runs until it is stopped. Made by `startDashboard`. */
export class DashboardRun {
  readonly settings: Settings;
  /** What the run tells of itself, as far as the settings ask; its `health` answers `/healthz` and `/readyz`. */
  readonly telemetry: Telemetry;
  /**
   * Resolves when the run has ended and its last batch is committed; rejects with the error that ended it.
   */
  readonly done: Promise<RunSummary>;
  readonly #secrets: Secrets;
  readonly #connection: Connection;
  readonly #view: MarketView;
  readonly #recording: Recording | undefined;
  readonly #alerts: AlertDesk | undefined;
  readonly #display: Display;
  readonly #feed: RunFeed;
  readonly #watch: RunWatch;
  readonly #charts = new Set<ChartView | PastChart>();
  readonly #listeners = new Set<(event: MarketEvent) => void>();
  readonly #pacer: Pacer;
  readonly #counters = new FeedCounters();
  readonly #began = performance.now();
  readonly #callOff: (() => void) | undefined;
  readonly #noticeTimer: NodeJS.Timeout;
  readonly #endTrimming = giveMemoryBack();
  readonly #noticeListeners = new Set<() => void>();
  /** What the tables wait for; it changes while no event comes. */
  #notice: string | undefined;
  #isPolling = false;
  #updates = 0;
  #updateBegan: number | undefined;
  #longestUpdateMs: number | undefined;
  #endedBy: EndedBy | undefined;
  #endedAt: number | undefined;
  #waiters: { updates: number; resolve: () => void }[] = [];
  #finish!: { resolve: (summary: RunSummary) => void; reject: (error: unknown) => void };

  constructor(
    { settings, connection, view, feed, recording, alerts, telemetry, secrets }: RunParts,
    options: RunOptions,
  ) {
    this.settings = settings;
    this.telemetry = telemetry;
    this.#secrets = secrets;
    this.#connection = connection;
    this.#view = view;
    this.#feed = feed;
    this.#recording = recording;
    this.#alerts = alerts;
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
    this.#watch = new RunWatch(telemetry, {
      summary: () => this.summary(),
      statistics: () => statisticsOf(this.#feed),
      recorder: recording?.recorder,
      clockOffset: () => connection.rest.clockOffset,
    });
    alerts?.listen({
      onAlert: (alert) => {
        this.#display.tell?.(alert);
        this.#watch.alerted(alert);
        this.#pacer.mark();
      },
      onDelivery: (outcome) => this.#watch.posted(outcome),
    });
    telemetry.log.info('start', {
      source: connection.rest.source,
      symbols: settings.symbols,
      tables: settings.tables,
    });
    if (settings.runSeconds > 0)
      this.#callOff = later(settings.runSeconds * 1000, () => void this.#end('time'));
    if (options.signal?.aborted) void this.#end('code');
    options.signal?.addEventListener('abort', () => void this.#end('code'), { once: true });
    this.#noticeTimer = setInterval(() => this.#lookAtTables(), NOTICE_EVERY_MS).unref();
    void this.#follow();
  }

  get source(): DataSource {
    return this.#connection.rest.source;
  }

  /** Where its requests go; a simulated exchange takes faults there (`injectFault`). */
  get restUrl(): string {
    return this.#connection.restUrl;
  }

  /** How the feed does; `undefined` when polling. */
  get statistics(): FeedStatistics | undefined {
    return statisticsOf(this.#feed);
  }

  /** What the panels show now. */
  get tickers(): Ticker[] {
    return this.#view.tickers;
  }

  /** The chart's bars, the forming one included. */
  get candles(): CandleSeries {
    return this.#view.candles;
  }

  /** The bars of every symbol whose candles the board needs: of all of them, where a panel compares them. */
  get series(): CandleSeries[] {
    return this.#view.series;
  }

  /** The newest alerts of this run, oldest first. */
  get alerts(): readonly Alert[] {
    return this.#alerts?.recent ?? [];
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
  async openChart({ until, ...choice }: ChartChoice): Promise<OpenChart> {
    if (this.#endedBy) throw new CandlebookError('STOPPED', 'This run has ended.');
    const { rest } = this.#connection;
    const settings = { ...this.settings, ...choice };
    const chart =
      until === undefined
        ? await ChartView.open(rest, settings, this.tickers)
        : await PastChart.open(this.#recording?.recorder.candles, rest, settings, this.tickers, until);
    this.#charts.add(chart);
    return {
      candles: chart.candles,
      board: () => this.#withNotes(chart.board()),
      close: () => {
        this.#charts.delete(chart);
        chart.close();
      },
    };
  }

  /**
   * Calls back with each event of the feed, after the run has taken it: for indicators, rules and counters of one's own
   * on the same feed. An error that it throws ends the run. @returns what ends that
   */
  onEvent(callback: (event: MarketEvent) => void): () => void {
    this.#listeners.add(callback);
    return () => void this.#listeners.delete(callback);
  }

  /** Calls back when the run has something to say of itself although no event came. @returns what ends that */
  onNotice(callback: () => void): () => void {
    this.#noticeListeners.add(callback);
    return () => void this.#noticeListeners.delete(callback);
  }

  summary(): RunSummary {
    const { trades, tickers, klines, reconnects, gaps, state } = this.#counters;
    const recorded = this.#recording?.status;
    const { missing = 0, filled = 0, latencyMs, usedWeight } = statisticsOf(this.#feed) ?? {};
    return {
      source: this.source,
      endedBy: this.#endedBy,
      seconds: Math.round(((this.#endedAt ?? performance.now()) - this.#began) / 100) / 10,
      ...{ trades, tickers, klines, reconnects, gaps, missing, filled },
      latencyMs,
      usedWeight,
      updates: this.#updates,
      longestUpdateMs: this.#longestUpdateMs && Math.round(this.#longestUpdateMs),
      rowsStored: recorded?.committedRows ?? 0,
      rowsWaiting: recorded?.waitingRows ?? 0,
      rowsRepeated: recorded?.repeatedRows ?? 0,
      candlesFilled: this.#recording?.filledCandles ?? 0,
      tables: this.#recording && shortPath(this.#recording.location),
      alerts: this.#alerts?.count ?? 0,
      alertsWaiting: this.#alerts?.waiting ?? 0,
      alerting: this.#alerts?.trouble,
      alertsToldBy: this.#alerts?.toldBy,
      feed: this.#endedBy ? 'ended' : state,
      storage: this.#recording?.trouble,
    };
  }

  /** The console table of the present state, as the original dashboard printed it. */
  report(): string {
    return formatTickerTable(this.tickers, { source: this.source });
  }

  /**
   * Rows of `processed/tickers`, in order of event time, the present batch included.
   * @param options `last`: only the newest so many. Default: all
   */
  async storedRows(options: { last?: number } = {}): Promise<TickerRow[]> {
    const table = this.#recording?.recorder.tickers;
    if (!table) return [];
    if (!this.#endedBy) await table.flush();
    const rows = await table.read();
    return options.last === undefined ? rows : rows.slice(-options.last);
  }

  async #follow(): Promise<void> {
    const { rest } = this.#connection;
    try {
      for (const ticker of this.#view.tickers) await this.#recording?.take(ticker, rest);
      for await (const event of this.#feed) {
        this.#counters.count(event);
        this.#watch.took(event);
        for (const chart of this.#charts) chart.take(event);
        this.#alerts?.take(event);
        await this.#take(event);
        for (const listener of this.#listeners) listener(event);
        await this.#recording?.take(event, rest);
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
        if (this.settings.refresh === 'live' && !this.settings.topic) break;
        if ('askedAt' in this.#feed) this.#updateBegan = this.#feed.askedAt;
        // A round of polling ends with the last symbol: one candle request, one update.
        if (event.symbol !== this.settings.symbols.at(-1)) return;
        if (this.settings.topic) this.#pollCandlesBeside(event);
        else await pollCandles(this.#view, this.#connection.rest, this.settings.chartSymbol, event);
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

  /** Trades do not wait for the exchange's own bars. */
  #pollCandlesBeside(ticker: Ticker): void {
    if (this.#isPolling) return;
    this.#isPolling = true;
    pollCandles(this.#view, this.#connection.rest, this.settings.chartSymbol, ticker)
      .then(
        () => this.#pacer.mark(),
        (error) => this.#end('error', error),
      )
      .finally(() => {
        this.#isPolling = false;
      });
  }

  /** The board with what is to be said beside the market. */
  #withNotes(board: Board): Board {
    const alert = this.#alerts?.line;
    const tables = this.#notice;
    const feed = this.#counters.trouble;
    if (alert === undefined && tables === undefined && feed === undefined) return board;
    const title = tables === undefined ? board.title : `${board.title} · tables ${tables}`;
    const notes = {
      ...(feed === undefined ? {} : { feed }),
      ...(tables === undefined ? {} : { tables }),
      ...(alert === undefined ? {} : { alert }),
    };
    return { ...board, title, footer: { ...board.footer, ...notes } };
  }

  #lookAtTables(): void {
    const notice = this.#recording?.notice;
    if (notice === this.#notice) return;
    this.#notice = notice;
    this.#pacer.mark();
    for (const listener of this.#noticeListeners) listener();
  }

  #draw(): void {
    this.#updates++;
    const began = this.#updateBegan ?? performance.now();
    const tookMs = this.#updateBegan === undefined ? {} : { tookMs: Math.round(performance.now() - began) };
    try {
      this.#display.update({ ...this.#frame(), ...tookMs });
    } catch (error) {
      void this.#end('error', error);
      return;
    }
    this.#longestUpdateMs = Math.max(this.#longestUpdateMs ?? 0, performance.now() - began);
    this.#updateBegan = undefined;
    this.#watch.drew(this.#display.latency);
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
      alert: this.#alerts?.line,
      tables: this.#notice,
      board: () => this.#withNotes(this.#view.board(this.source)),
    };
  }

  async #end(by: EndedBy, error?: unknown): Promise<void> {
    if (this.#endedBy) return;
    this.#endedBy = by;
    this.#callOff?.();
    clearInterval(this.#noticeTimer);
    this.#endTrimming();
    this.#pacer.cancel();
    for (const chart of this.#charts) chart.close();
    let failure = error;
    const close = async (...steps: (() => Promise<unknown> | undefined)[]) => {
      for (const ended of await Promise.allSettled(steps.map((step) => step())))
        if (ended.status === 'rejected') failure ??= ended.reason;
    };
    await close(() => this.#feed.close());
    // The picture and the last batch do not wait for each other.
    await close(
      () => this.#display.end(error),
      () => this.#recording?.close(),
      () => this.#alerts?.close(),
    );
    this.telemetry.log.info('stop', { by, ...(failure === undefined ? {} : { error: failure }) });
    await close(() => this.telemetry.close());
    this.#secrets.close();
    await close(() => this.#connection.close());
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

import type { Settings } from '../configuration/index.ts';
import type { Board } from '../dashboard/index.ts';
import type { RestClient } from '../fetcher/index.ts';
import { CandlebookError, type MarketEvent, type Ticker } from '../market/index.ts';
import { MarketView } from './market-view.ts';
import { warmUp } from './warm-up.ts';

/** Most bars of one answer. */
const MOST_BARS = 1_000;
/** The exchange's own bar is asked for so long after the close, so that it is complete, ms. */
const AFTER_CLOSE_MS = 1_500;

/**
 * Another chart of a running dashboard: a pair and an interval of its own over the run's events. It is begun from the
 * exchange's bars, moves with the run's trades, and takes the exchange's own bars after each close, from the last one
 * that it stated, so that trades which fell into the moment of its beginning are not lost to it.
 */
export class ChartView {
  readonly #rest: RestClient;
  readonly #view: MarketView;
  readonly #settings: Settings;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #newest: number | undefined;
  /** By symbol, the newest bar that the exchange stated; it was forming then, and those after it are of trades alone. */
  readonly #stated = new Map<string, number>();

  private constructor(rest: RestClient, settings: Settings, view: MarketView) {
    this.#rest = rest;
    this.#settings = settings;
    this.#view = view;
    this.#newest = view.candles.at(-1)?.openTime;
    for (const { symbol, newest } of view.newestBars()) if (newest) this.#stated.set(symbol, newest.openTime);
    this.#refreshLater();
  }

  /** @throws CandlebookError HOST_UNREACHABLE and what else a request can meet */
  static async open(rest: RestClient, settings: Settings, tickers: readonly Ticker[]): Promise<ChartView> {
    const now = await rest.serverTime();
    const candles = await warmUp(rest, settings, now);
    return new ChartView(rest, settings, new MarketView(settings, tickers, candles, now));
  }

  get candles() {
    return this.#view.candles;
  }

  board(): Board {
    return this.#view.board(this.#rest.source);
  }

  take(event: MarketEvent): void {
    if (event.type === 'trade') this.#view.takeTrade(event);
    else if (event.type === 'ticker') this.#view.takeTicker(event);
    else if (event.type === 'kline' && event.interval === this.#settings.interval)
      this.#view.takeKline(event);
    const newest = this.#view.candles.at(-1)?.openTime;
    if (newest === this.#newest) return;
    this.#newest = newest;
    this.#refreshLater();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #refreshLater(): void {
    if (this.#timer || this.#closed) return;
    this.#timer = setTimeout(() => void this.#refresh(), AFTER_CLOSE_MS);
    this.#timer.unref();
  }

  async #refresh(): Promise<void> {
    this.#timer = undefined;
    const { interval } = this.#settings;
    try {
      await Promise.all(
        this.#view.symbols.map(async (symbol) => {
          const startTime = this.#stated.get(symbol);
          const range = { limit: MOST_BARS, ...(startTime === undefined ? {} : { startTime }) };
          const candles = await this.#rest.klines(symbol, interval, range);
          if (this.#closed) return;
          this.#view.takeCandles(symbol, candles, await this.#rest.serverTime());
          const last = candles.at(-1);
          if (last) this.#stated.set(symbol, last.openTime);
        }),
      );
    } catch (error) {
      // The next close asks again.
      if (!(error instanceof CandlebookError)) throw error;
    }
  }
}

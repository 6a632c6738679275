import type { Settings } from '../configuration/index.ts';
import type { Board } from '../dashboard/index.ts';
import type { RestClient } from '../fetcher/index.ts';
import { CandlebookError, type MarketEvent, type Ticker } from '../market/index.ts';
import { MarketView, WARM_UP_BARS } from './market-view.ts';

/** Bars asked for again after one has closed: it, and the forming one. */
const LAST_BARS = 2;
/** The exchange's own bar is asked for so long after the close, so that it is complete, ms. */
const AFTER_CLOSE_MS = 1_500;

/**
 * Another chart of a running dashboard: a pair and an interval of its own over the run's events. It is begun from the
 * exchange's bars, moves with the run's trades, and takes the exchange's own bar after each close, so that trades
 * which fell into the moment of its beginning are not lost to it.
 */
export class ChartView {
  readonly #rest: RestClient;
  readonly #view: MarketView;
  readonly #settings: Settings;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #newest: number | undefined;

  private constructor(rest: RestClient, settings: Settings, view: MarketView) {
    this.#rest = rest;
    this.#settings = settings;
    this.#view = view;
    this.#newest = view.candles.at(-1)?.openTime;
    this.#refreshLater();
  }

  /** @throws CandlebookError HOST_UNREACHABLE and what else a request can meet */
  static async open(rest: RestClient, settings: Settings, tickers: readonly Ticker[]): Promise<ChartView> {
    const { chartSymbol, interval } = settings;
    const [candles, now] = await Promise.all([
      rest.klines(chartSymbol, interval, { limit: WARM_UP_BARS }),
      rest.serverTime(),
    ]);
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
    const { chartSymbol, interval } = this.#settings;
    try {
      const candles = await this.#rest.klines(chartSymbol, interval, { limit: LAST_BARS });
      if (!this.#closed) this.#view.takeCandles(candles, await this.#rest.serverTime());
    } catch (error) {
      // The next close asks again.
      if (!(error instanceof CandlebookError)) throw error;
    }
  }
}

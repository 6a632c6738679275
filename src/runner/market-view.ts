import { type CandleChange, CandleSeries } from '../candles/index.ts';
import type { Settings } from '../configuration/index.ts';
import { type Board, board, chartLayers, type MarketInsights } from '../dashboard/index.ts';
import { indicatorOf } from '../indicators/index.ts';
import { correlation, trendReversals, volatilityRanking, volumeSpikes } from '../insights/index.ts';
import type { Candle, DataSource, KlineEvent, Ticker, Trade } from '../market/index.ts';
import { LiveIndicator } from './live-indicator.ts';
import { TickerState } from './ticker-state.ts';
import { CHART_BARS, MOST_BARS, WARM_UP_BARS } from './warm-up.ts';

/** @param change what happened to the series; undefined once, when its history is there; @param at market time, epoch ms */
export type SeriesWatcher = (series: CandleSeries, change: CandleChange | undefined, at: number) => void;

/** What the display shows, kept up to date event by event. */
export class MarketView {
  readonly #settings: Settings;
  readonly #tickers: TickerState;
  /** Of the chart's symbol, and of the others where a panel compares them. */
  readonly #series = new Map<string, CandleSeries>();
  readonly #lines: readonly LiveIndicator[];
  readonly #watch: SeriesWatcher;
  /** Of the closed bars; computed again after one of them closed or changed. */
  #insights: MarketInsights | undefined;

  /**
   * @param warmUp candles up to now by symbol, the chart's among them
   * @param at the exchange's clock, epoch ms
   * @param watch told of each series, once its history is loaded and at each change
   * @throws CandlebookError INPUT_INVALID for an indicator of the settings that there is not
   */
  constructor(
    settings: Settings,
    tickers: readonly Ticker[],
    warmUp: ReadonlyMap<string, readonly Candle[]>,
    at: number,
    watch: SeriesWatcher = () => undefined,
  ) {
    this.#settings = settings;
    this.#watch = watch;
    this.#tickers = new TickerState(settings.symbols);
    for (const ticker of tickers) this.#tickers.replace(ticker);
    for (const [symbol, candles] of warmUp) {
      const limit = (symbol === settings.chartSymbol ? MOST_BARS : WARM_UP_BARS) + 1;
      const series = new CandleSeries(settings.interval, { symbol, limit });
      series.load(candles, { at });
      this.#series.set(symbol, series);
      watch(series, undefined, at);
    }
    this.#lines = settings.indicators.map(
      (id) => new LiveIndicator(indicatorOf(id, settings.interval), this.candles),
    );
  }

  /** Of the chart's symbol. */
  get candles(): CandleSeries {
    return this.#series.get(this.#settings.chartSymbol)!;
  }

  /** All that are followed, in the order of the settings' symbols. */
  get series(): CandleSeries[] {
    return [...this.#series.values()];
  }

  get tickers(): Ticker[] {
    return this.#tickers.list();
  }

  takeTicker(ticker: Ticker): void {
    this.#tickers.replace(ticker);
  }

  takeTrade(trade: Trade): void {
    this.#tickers.apply(trade);
    const series = this.#series.get(trade.symbol);
    if (series) this.#follow(series, series.addTrade(trade), trade.time);
  }

  takeKline(event: KlineEvent): void {
    const series = this.#series.get(event.symbol);
    if (series) this.#follow(series, series.addKline(event), event.eventTime);
  }

  /** Takes bars that were asked for: the newest kept one and what came after it. */
  takeCandles(symbol: string, candles: readonly Candle[], at: number): void {
    const series = this.#series.get(symbol);
    if (series) this.#follow(series, series.load(candles, { at }), at);
  }

  /** Symbols whose candles are followed. */
  get symbols(): string[] {
    return [...this.#series.keys()];
  }

  /** Each symbol's newest bar, where there is one: from where on to ask for more. */
  newestBars(): { symbol: string; newest: Candle | undefined }[] {
    return [...this.#series].map(([symbol, series]) => ({ symbol, newest: series.forming ?? series.at(-1) }));
  }

  board(source: DataSource): Board {
    const { host, theme, interval, symbols, panels } = this.#settings;
    const { candles } = this;
    const columns = candles.columns({ forming: true });
    const from = Math.max(0, columns.openTime.length - CHART_BARS);
    const shown = Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, column.subarray(from)]),
    ) as typeof columns;
    return board(
      {
        tickers: this.tickers,
        candles: {
          columns: shown,
          symbol: candles.symbol,
          interval,
          forming: candles.forming !== undefined,
          ...chartLayers(this.#lines.map((line) => line.computed(from))),
        },
        interval,
        prices: this.#prices(),
        insights: this.#present(),
      },
      { source, theme, symbols, panels, venue: host === 'simulated' ? 'Binance' : VENUES[host] },
    );
  }

  #prices() {
    return this.series.map((series) => ({
      symbol: series.symbol,
      openTime: series.column('openTime', { forming: true }).subarray(-CHART_BARS),
      close: series.column('close', { forming: true }).subarray(-CHART_BARS),
    }));
  }

  #present(): MarketInsights {
    const all = this.series;
    this.#insights ??= {
      correlation: correlation(all),
      volatility: volatilityRanking(all),
      spikes: all.flatMap((series) => volumeSpikes(series)),
      reversals: all.flatMap((series) => trendReversals(series)),
    };
    return this.#insights;
  }

  #follow(series: CandleSeries, change: CandleChange, at: number): void {
    this.#watch(series, change, at);
    if (change.closed > 0 || change.correctedFrom !== undefined) this.#insights = undefined;
    if (series === this.candles) for (const line of this.#lines) line.follow(change);
  }
}

const VENUES = {
  'binance.us': 'Binance.US',
  'binance.com': 'Binance',
  'data-only': 'Binance market data',
} as const;

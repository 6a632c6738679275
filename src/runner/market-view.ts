import { type CandleChange, CandleSeries } from '../candles/index.ts';
import type { Settings } from '../configuration/index.ts';
import { type Board, board } from '../dashboard/index.ts';
import { ema, sma } from '../indicators/index.ts';
import type { Candle, DataSource, KlineEvent, Ticker, Trade } from '../market/index.ts';
import { AverageLine } from './average-line.ts';
import { TickerState } from './ticker-state.ts';

/** Bars that the chart shows, and how many more lie before them so that the averages have run in. */
export const CHART_BARS = 180;
const RUN_IN_BARS = 120;
/** Bars to ask the exchange for at the start. */
export const WARM_UP_BARS = CHART_BARS + RUN_IN_BARS;

/** What the display shows, kept up to date event by event. */
export class MarketView {
  readonly #settings: Settings;
  readonly #tickers: TickerState;
  readonly candles: CandleSeries;
  readonly #averages: readonly AverageLine[];

  /** @param warmUp candles of the chart's symbol up to now; @param at the exchange's clock, epoch ms */
  constructor(settings: Settings, tickers: readonly Ticker[], warmUp: readonly Candle[], at: number) {
    this.#settings = settings;
    this.#tickers = new TickerState(settings.symbols);
    for (const ticker of tickers) this.#tickers.replace(ticker);
    this.candles = new CandleSeries(settings.interval, {
      symbol: settings.chartSymbol,
      limit: WARM_UP_BARS + 1,
    });
    this.candles.load(warmUp, { at });
    this.#averages = [
      new AverageLine('SMA 20', sma(20), this.candles),
      new AverageLine('EMA 50', ema(50), this.candles),
    ];
  }

  get tickers(): Ticker[] {
    return this.#tickers.list();
  }

  takeTicker(ticker: Ticker): void {
    this.#tickers.replace(ticker);
  }

  takeTrade(trade: Trade): void {
    this.#tickers.apply(trade);
    if (trade.symbol === this.candles.symbol) this.#follow(this.candles.addTrade(trade));
  }

  takeKline(event: KlineEvent): void {
    if (event.symbol === this.candles.symbol) this.#follow(this.candles.addKline(event));
  }

  takeCandles(candles: readonly Candle[], at: number): void {
    this.#follow(this.candles.load(candles, { at }));
  }

  board(source: DataSource): Board {
    const { host, theme, interval, symbols } = this.#settings;
    const columns = this.candles.columns({ forming: true });
    const from = Math.max(0, columns.openTime.length - CHART_BARS);
    const shown = Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, column.subarray(from)]),
    ) as typeof columns;
    return board(
      {
        tickers: this.tickers,
        candles: {
          columns: shown,
          symbol: this.candles.symbol,
          interval,
          forming: this.candles.forming !== undefined,
          overlays: this.#averages.map((line) => ({ name: line.name, values: line.values().slice(from) })),
        },
      },
      { source, theme, symbols, venue: host === 'simulated' ? 'Binance' : VENUES[host] },
    );
  }

  #follow(change: CandleChange): void {
    for (const line of this.#averages) line.follow(change);
  }
}

const VENUES = {
  'binance.us': 'Binance.US',
  'binance.com': 'Binance',
  'data-only': 'Binance market data',
} as const;

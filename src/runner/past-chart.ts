import type { CandleSeries } from '../candles/index.ts';
import type { Settings } from '../configuration/index.ts';
import type { Board } from '../dashboard/index.ts';
import type { RestClient } from '../fetcher/index.ts';
import type { MarketEvent, Ticker } from '../market/index.ts';
import type { CandleTable } from '../store/index.ts';
import { MarketView } from './market-view.ts';
import { type PastBars, pastBars } from './past-bars.ts';
import { symbolsWithCandles, WARM_UP_BARS } from './warm-up.ts';

/** A chart of the past beside the present's prices: its bars stand still, the panels of the day go on. */
export class PastChart {
  readonly #view: MarketView;
  readonly #rest: RestClient;
  readonly #found: PastBars;

  private constructor(rest: RestClient, view: MarketView, found: PastBars) {
    this.#rest = rest;
    this.#view = view;
    this.#found = found;
  }

  /** @throws CandlebookError INPUT_INVALID where there are no bars so early; what a request can meet */
  static async open(
    table: CandleTable | undefined,
    rest: RestClient,
    settings: Settings,
    tickers: readonly Ticker[],
    until: number,
  ): Promise<PastChart> {
    const { chartSymbol, interval } = settings;
    const found = new Map<string, PastBars>();
    for (const symbol of symbolsWithCandles(settings))
      found.set(symbol, await pastBars(table, rest, { symbol, interval, until, count: WARM_UP_BARS }));
    const bars = new Map([...found].map(([symbol, past]) => [symbol, past.bars]));
    return new PastChart(rest, new MarketView(settings, tickers, bars, until), found.get(chartSymbol)!);
  }

  get candles(): CandleSeries {
    return this.#view.candles;
  }

  board(): Board {
    const board = this.#view.board(this.#rest.source);
    const { bars, fromTable } = this.#found;
    const from = bars[0];
    const last = bars.at(-1);
    if (!from || !last) return board;
    const text = (time: number) => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    const where =
      fromTable === bars.length
        ? 'from the table'
        : fromTable === 0
          ? 'from the exchange'
          : `${fromTable} from the table, ${bars.length - fromTable} from the exchange`;
    return { ...board, title: `${board.title} · chart until ${text(last.closeTime)}, ${where}` };
  }

  take(event: MarketEvent): void {
    if (event.type === 'ticker') this.#view.takeTicker(event);
  }

  close(): void {}
}

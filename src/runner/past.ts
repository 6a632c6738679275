import type { Settings } from '../configuration/index.ts';
import type { Board } from '../dashboard/index.ts';
import { CandlebookError, type DataSource } from '../market/index.ts';
import { marketAt } from '../store/index.ts';
import { MarketView } from './market-view.ts';
import { symbolsWithCandles, WARM_UP_BARS } from './warm-up.ts';

/**
 * The board as it was at a moment, out of the tables: the same panels and figures, of what was known then.
 *
 * @param at epoch ms
 * @param source whose tables. Default: that of the settings' host
 * @throws CandlebookError INPUT_INVALID when the tables hold no ticker of the day before the moment
 */
export async function boardAt(
  settings: Settings,
  at: number,
  source: DataSource = settings.host === 'simulated' ? 'simulated' : 'live',
): Promise<Board> {
  const { tables: location, interval, symbols } = settings;
  const past = await marketAt({ location, source, symbols, interval, at, bars: WARM_UP_BARS });
  if (past.tickers.length === 0) {
    throw new CandlebookError(
      'INPUT_INVALID',
      `The ${source} tables at ${location} hold no ticker of the day before ${shown(at)}.`,
      { value: at, hint: 'Ask for a moment at which something was kept; see the history of raw/tickers.' },
    );
  }
  const candles = new Map(
    symbolsWithCandles(settings).map((symbol) => [symbol, past.candles.get(symbol) ?? []]),
  );
  const view = new MarketView(settings, past.tickers, candles, at);
  for (const trade of past.trades) view.takeTrade(trade);
  return view.board(source);
}

function shown(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString();
}

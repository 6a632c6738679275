import type { Gold } from '../cloud/index.ts';
import type { Settings } from '../configuration/index.ts';
import type { Board } from '../dashboard/index.ts';
import { CandlebookError } from '../market/index.ts';
import { MarketView } from './market-view.ts';
import { symbolsWithCandles } from './warm-up.ts';

/**
 * The board out of the tables of the Spark pipeline: the same panels and figures as of a run, of the newest statistics and
 * the closed candles.
 *
 * @throws CandlebookError INPUT_INVALID when the tables hold nothing of the settings' symbols, or the interval is none
 *   of theirs
 */
export async function goldBoard(settings: Settings, gold: Gold): Promise<Board> {
  const { symbols, interval } = settings;
  if (interval !== '1m')
    throw new CandlebookError('INPUT_INVALID', `The pipeline makes candles of 1m, and none of ${interval}.`, {
      value: interval,
      hint: 'Set interval to 1m.',
    });
  const [tickers, candles] = await Promise.all([gold.tickers(), gold.candles()]);
  const tracked = tickers.filter(({ symbol }) => symbols.includes(symbol));
  if (tracked.length === 0)
    throw new CandlebookError('INPUT_INVALID', `The tables hold nothing of ${symbols.join(', ')}.`, {
      value: symbols,
      hint: `They hold ${tickers.map(({ symbol }) => symbol).join(', ') || 'no statistics yet'}.`,
    });
  const shown = new Map(symbolsWithCandles(settings).map((symbol) => [symbol, candles.get(symbol) ?? []]));
  const view = new MarketView(settings, tracked, shown, Number.POSITIVE_INFINITY);
  return view.board(gold.source);
}

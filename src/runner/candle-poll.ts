import { mayPass, type RestClient } from '../fetcher/index.ts';
import { CandlebookError, type Ticker } from '../market/index.ts';
import type { MarketView } from './market-view.ts';
import { WARM_UP_BARS } from './warm-up.ts';

/**
 * For polling: the chart's bars at every round; the others', of which only closed bars count, when one of them is
 * over. A round that fails is made good by the next, whose bars reach back to the newest kept one.
 */
export async function pollCandles(
  view: MarketView,
  rest: RestClient,
  chartSymbol: string,
  { eventTime }: Ticker,
): Promise<void> {
  const due = view
    .newestBars()
    .filter(({ symbol, newest }) => symbol === chartSymbol || !newest || newest.closeTime < eventTime);
  try {
    await Promise.all(
      due.map(async ({ symbol, newest }) => {
        const range = newest ? { startTime: newest.openTime, limit: 1000 } : { limit: WARM_UP_BARS };
        view.takeCandles(symbol, await rest.klines(symbol, view.candles.interval, range), eventTime);
      }),
    );
  } catch (error) {
    const isStopped = error instanceof CandlebookError && error.code === 'STOPPED';
    if (!isStopped && !mayPass(error)) throw error;
  }
}

import type { Settings } from '../configuration/index.ts';
import type { RestClient } from '../fetcher/index.ts';
import { type Candle, nextOpenTime, openTimeOf } from '../market/index.ts';

/** Bars that the chart and the comparing panels show, and how many more lie before them so that averages have run in. */
export const CHART_BARS = 180;
const RUN_IN_BARS = 120;
/** Bars to ask the exchange for of each symbol. */
export const WARM_UP_BARS = CHART_BARS + RUN_IN_BARS;
/** Most bars of the chart's symbol: a day of minutes and the run-in, for a VWAP from the day's beginning. */
export const MOST_BARS = 1_800;
/** Symbols that are asked for at a time: more only wait for each other, and for their time-outs. */
const AT_ONCE = 16;
/** Most bars of one answer. */
const PAGE_BARS = 1_000;

/** Panels that compare the coins' candles. */
const COMPARING = ['comparison', 'drawdown', 'correlation', 'volatility', 'insights'];

/** The symbols whose candles the board needs: the chart's alone, or all of them. */
export function symbolsWithCandles({ panels, symbols, chartSymbol }: Settings): readonly string[] {
  return panels.some((panel) => COMPARING.includes(panel)) ? symbols : [chartSymbol];
}

/**
 * Candles up to now of each symbol whose candles the board needs, the last one still forming.
 * @param now the exchange's clock, epoch ms
 * @param also symbols whose candles are needed for other reasons
 * @throws CandlebookError what a request can meet
 */
export async function warmUp(
  rest: RestClient,
  settings: Settings,
  now: number,
  also: readonly string[] = [],
): Promise<Map<string, readonly Candle[]>> {
  const { interval, chartSymbol } = settings;
  const symbols = [...new Set([...symbolsWithCandles(settings), ...also])];
  const load = async (symbol: string): Promise<readonly [string, readonly Candle[]]> => {
    const bars = symbol === chartSymbol ? chartBars(settings, now) : WARM_UP_BARS;
    const newest = await rest.klines(symbol, interval, { limit: Math.min(bars, PAGE_BARS) });
    const [first] = newest;
    if (bars <= PAGE_BARS || !first) return [symbol, newest];
    const limit = bars - PAGE_BARS;
    const before = await rest.klines(symbol, interval, { endTime: first.openTime - 1, limit });
    return [symbol, [...before, ...newest]];
  };
  const loaded = new Map<string, readonly Candle[]>();
  for (let at = 0; at < symbols.length; at += AT_ONCE)
    for (const [symbol, candles] of await Promise.all(symbols.slice(at, at + AT_ONCE).map(load)))
      loaded.set(symbol, candles);
  return loaded;
}

/** A VWAP is of its whole session: all bars since the day began. */
function chartBars({ interval, indicators }: Settings, now: number): number {
  if (!indicators.some((id) => /^vwap(_1d)?$/.test(id))) return WARM_UP_BARS;
  const open = openTimeOf(now, interval);
  const length = nextOpenTime(open, interval) - open;
  const today = Math.ceil((now - openTimeOf(now, '1d')) / length) + 1;
  return Math.min(MOST_BARS, Math.max(WARM_UP_BARS, today));
}

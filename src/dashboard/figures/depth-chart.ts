import { CandlebookError, splitSymbol } from '../../market/index.ts';
import type { Figure, ScatterTrace } from './figure.ts';
import { formatCompact, formatPercent, formatPrice, priceDecimals, textWidth } from './format.ts';
import { niceStep, steppedTop } from './range.ts';
import { readout } from './readout.ts';
import { unitText } from './rows.ts';
import { type FigureOptions, framed, SMALL_SIZE, themeOf } from './theme.ts';

type Level = readonly [price: number, quantity: number];

/** Levels of an order book, the best first: `OrderBook.top`, or a REST snapshot. */
export interface DepthLevels {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

export interface DepthChartOptions extends Omit<FigureOptions, 'symbols'> {
  readonly symbol?: string;
  /** How far from the middle is shown, in percent. Default: as far as both sides are known. */
  readonly percent?: number;
}

/** More steps of a side than this are merged: a panel has not more columns. */
const MOST_STEPS = 300;

/**
 * What waits in an order book: to the left how much could be sold down to a price, to the right how much could be
 * bought up to it, in the base asset; mid, spread and how the two sides weigh in numbers.
 * @throws CandlebookError INPUT_INVALID for levels that are not above 0, out of order or crossed, with side and index
 */
export function depthChart({ bids, asks }: DepthLevels, options: DepthChartOptions): Figure {
  check('bids', bids, -1);
  check('asks', asks, 1);
  const theme = themeOf(options);
  const [base, quote] = splitSymbol(options.symbol ?? '');
  const [bid, ask] = [bids[0]?.[0], asks[0]?.[0]];
  if (bid !== undefined && ask !== undefined && bid >= ask)
    refuse('asks', 0, ask, 'is not above the best bid');
  const waits = bid === undefined || ask === undefined;
  const mid = waits ? 1 : (bid + ask) / 2;
  const reach = waits ? 0.01 : reachOf(mid, bids, asks, options.percent);
  const range = windowAround(mid, reach);
  const left = waits ? [] : cumulate(bids, range[0]);
  const right = waits ? [] : cumulate(asks, range[1]);
  const sums = [left.at(-1)?.[1] ?? 0, right.at(-1)?.[1] ?? 0] as const;
  const top = steppedTop(Math.max(...sums));
  const ticks = [0, top / 2, top].map(formatCompact);
  const share = sums[0] + sums[1] > 0 ? ((sums[0] - sums[1]) / (sums[0] + sums[1])) * 100 : 0;
  const prices = priceTicks(range);
  const above = readout(
    waits
      ? []
      : [
          [
            { text: `mid ${formatPrice(mid)}`, color: theme.text },
            { text: `spread ${spreadText(bid, ask)}`, color: theme.muted },
            { text: `bids ${formatCompact(sums[0])}`, color: theme.up },
            { text: `asks ${formatCompact(sums[1])}`, color: theme.down },
            { text: `imbalance ${formatPercent(share)}`, color: theme.muted },
          ],
        ],
    360,
    theme,
  );
  const side = (name: string, steps: readonly Level[], color: string, soft: string): ScatterTrace => ({
    type: 'scatter',
    mode: 'lines',
    name,
    x: steps.map(([price]) => price),
    y: steps.map(([, sum]) => Number(sum.toPrecision(12))),
    fill: 'tozeroy',
    fillcolor: soft,
    line: { color, width: 1.5 },
    hovertemplate: `<b>%{x:,.8~f}</b>${quote ? ` ${quote}` : ''}<br>${name} %{y:,.4~f}${base ? ` ${base}` : ''}<extra></extra>`,
  });
  return framed({
    id: 'depth',
    title: unitText(options.symbol ?? '', 'depth').replace(', ', ' '),
    unit: base ? `${base} up to a price` : 'up to a price',
    theme,
    source: options.source,
    margin: {
      r: Math.ceil(Math.max(...ticks.map((tick) => textWidth(tick, SMALL_SIZE)))) + 16,
      t: 34 + above.height,
      b: 44,
    },
    notice: waits ? 'Waiting for the order book' : undefined,
    data: [
      side('bids', steps(left).toReversed(), theme.up, theme.upSoft),
      side('asks', steps(right), theme.down, theme.downSoft),
      {
        type: 'scatter',
        mode: 'lines',
        x: waits ? [] : [mid, mid],
        y: waits ? [] : [0, top],
        line: { color: theme.muted, width: 1, dash: 'dot' },
        hoverinfo: 'skip',
      },
      above.trace,
    ],
    layout: {
      hovermode: 'closest',
      ...above.axes,
      xaxis: {
        type: 'linear',
        range,
        tickmode: 'array',
        tickvals: prices,
        ticktext: prices.map((price) => labelOf(price, prices)),
        tickangle: 0,
        ticklabelstandoff: 6,
        tickfont: { size: SMALL_SIZE, color: theme.muted },
        showgrid: true,
        gridcolor: theme.grid,
        zeroline: false,
      },
      yaxis: {
        type: 'linear',
        range: [0, top],
        domain: [0, 0.97],
        side: 'right',
        tickmode: 'array',
        tickvals: [0, top / 2, top],
        ticktext: ticks,
        tickfont: { size: SMALL_SIZE, color: theme.muted },
        showgrid: true,
        gridcolor: theme.grid,
        zeroline: false,
      },
    },
  });
}

/** Half the width of what is shown, in the quote asset. */
function reachOf(
  mid: number,
  bids: readonly Level[],
  asks: readonly Level[],
  percent: number | undefined,
): number {
  const known = Math.min(mid - bids.at(-1)![0], asks.at(-1)![0] - mid);
  if (percent === undefined) return known;
  if (percent > 0 && percent <= 100) return (mid * percent) / 100;
  throw new CandlebookError('INPUT_INVALID', `A depth chart can not show ${percent} % around the middle.`, {
    value: percent,
    hint: 'Use a number above 0, at most 100.',
  });
}

/** Within what is known; moves in steps, so that most ticks leave the axis as it is. */
function windowAround(mid: number, reach: number): [number, number] {
  const step = niceStep(reach / 5);
  const tidy = (value: number) => Number(value.toPrecision(12));
  return [tidy(Math.ceil((mid - reach) / step) * step), tidy(Math.floor((mid + reach) / step) * step)];
}

/** Price and what waits up to it, from the best on, as far as `end`. */
function cumulate(levels: readonly Level[], end: number): Level[] {
  const out: Level[] = [];
  const width = Math.abs(end - (levels[0]?.[0] ?? 0)) / MOST_STEPS;
  let sum = 0;
  for (const [price, quantity] of levels) {
    if ((price - end) * Math.sign(end - levels[0]![0]) > 0) {
      // The side goes on beyond what is shown.
      out.push([end, sum]);
      break;
    }
    sum += quantity;
    const last = out.at(-1);
    // Steps that a pixel could not tell apart are one.
    if (last && out.length > 1 && Math.abs(price - last[0]) < width) out[out.length - 1] = [last[0], sum];
    else out.push([price, sum]);
  }
  return out;
}

/** The corners of a staircase that begins at the best price with nothing. */
function steps(sums: readonly Level[]): Level[] {
  return sums.flatMap(([price, sum], i): Level[] => [
    [price, sums[i - 1]?.[1] ?? 0],
    [price, sum],
  ]);
}

function priceTicks([low, high]: readonly [number, number]): number[] {
  const step = niceStep((high - low) / 4);
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step / 1e6; tick += step)
    ticks.push(Number(tick.toPrecision(12)));
  return ticks;
}

/** With as many decimals as tell the ticks apart. */
function labelOf(price: number, ticks: readonly number[]): string {
  const step = ticks.length > 1 ? ticks[1]! - ticks[0]! : price;
  const decimals = Math.min(8, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  return decimals <= priceDecimals(price)
    ? price.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    : formatPrice(price);
}

function spreadText(bid: number, ask: number): string {
  const spread = Number((ask - bid).toPrecision(8));
  const points = (spread / ((bid + ask) / 2)) * 10_000;
  return `${spread.toLocaleString('en-US', { maximumSignificantDigits: 5 })} (${points < 0.1 ? points.toFixed(3) : points.toFixed(1)} bp)`;
}

function check(side: 'bids' | 'asks', levels: readonly Level[], direction: 1 | -1): void {
  for (const [index, [price, quantity]] of levels.entries()) {
    if (!(price > 0 && Number.isFinite(price))) refuse(side, index, price, 'is no price');
    if (!(quantity > 0 && Number.isFinite(quantity))) refuse(side, index, quantity, 'is no quantity');
    if (index > 0 && (price - levels[index - 1]![0]) * direction <= 0)
      refuse(side, index, price, 'is out of order');
  }
}

function refuse(side: string, index: number, value: number, what: string): never {
  throw new CandlebookError('INPUT_INVALID', `${value} of ${side}[${index}] ${what}.`, {
    value: { side, index, value },
    hint: 'Hand in levels of one book, the best first: book.top(500), or rest.depth(symbol).',
  });
}

import type { CandleColumns } from './candle-columns.ts';
import type { BarTrace, CandlestickTrace } from './figure.ts';
import type { Theme } from './theme.ts';

/** Volume bars on `y2`, coloured as their candles; the forming one in full colour. */
export function volumeTrace(columns: CandleColumns, bar: number, forming: boolean, theme: Theme): BarTrace {
  const last = columns.close.length - 1;
  return {
    type: 'bar',
    orientation: 'v',
    name: 'Volume',
    x: Array.from(columns.openTime),
    y: Array.from(columns.volume),
    yaxis: 'y2',
    width: bar * 0.7,
    marker: {
      color: Array.from(columns.close, (close, i) => {
        const up = close >= columns.open[i]!;
        if (forming && i === last) return up ? theme.up : theme.down;
        return up ? theme.upSoft : theme.downSoft;
      }),
    },
    hovertemplate: 'Volume %{y:,.8~f}<extra></extra>',
  };
}

/** The candles, and behind the forming one a band over the height of the plot. */
export function candleTraces(
  columns: CandleColumns,
  bar: number,
  forming: boolean,
  range: readonly [number, number],
  theme: Theme,
): (BarTrace | CandlestickTrace)[] {
  const last = columns.close.length - 1;
  const x = Array.from(columns.openTime);
  const candles: CandlestickTrace = {
    type: 'candlestick',
    name: 'Price',
    x,
    open: Array.from(columns.open),
    high: Array.from(columns.high),
    low: Array.from(columns.low),
    close: Array.from(columns.close),
    increasing: { line: { color: theme.up, width: 1 }, fillcolor: theme.up },
    decreasing: { line: { color: theme.down, width: 1 }, fillcolor: theme.down },
    hovertemplate: 'O %{open:,.8~f}<br>H %{high:,.8~f}<br>L %{low:,.8~f}<br>C %{close:,.8~f}<extra></extra>',
  };
  const back = { type: 'bar', orientation: 'v', hoverinfo: 'skip' } as const;
  const traces: (BarTrace | CandlestickTrace)[] = [];
  if (forming) {
    traces.push({
      ...back,
      x: [x[last]!],
      y: [range[1] - range[0]],
      base: [range[0]],
      width: bar,
      marker: { color: theme.track },
    });
  }
  if (last === 0) {
    const [open, close] = [columns.open[0]!, columns.close[0]!];
    // A lone candle is drawn as a line: it has no neighbour to tell its width by.
    traces.push({
      ...back,
      x,
      y: [Math.abs(close - open)],
      base: [Math.min(open, close)],
      width: bar * 0.7,
      marker: { color: close >= open ? theme.up : theme.down },
    });
  }
  return [...traces, candles];
}

import { paintBar, placeBars } from './bar.ts';
import { paintCandlestick } from './candlestick.ts';
import { paintHeatmap } from './heatmap.ts';
import type { Pen } from './pen.ts';
import { colorOf, type Drawable, isCartesian, isShown } from './plotly.ts';
import type { Scale } from './scale.ts';
import { paintScatter } from './scatter.ts';
import { fontText } from './text.ts';

/** Draws the cartesian traces of a figure in their order, each clipped to its subplot. */
export function paintTraces(pen: Pen, figure: Drawable, scales: ReadonlyMap<string, Scale>): void {
  const places = placeBars(figure, (id) => scales.get(id) ?? { type: 'linear', categories: undefined });
  const font = fontText(figure.layout.font);
  // Plotly draws bars below candles and lines, whatever the order of the traces.
  const order = figure.data.map((_, i) => i).sort((a, b) => layerOf(figure, a) - layerOf(figure, b) || a - b);
  for (const i of order) {
    const trace = figure.data[i]!;
    if (!isCartesian(trace) || !isShown(trace)) continue;
    const x = scales.get(trace.xaxis ?? 'x');
    const y = scales.get(trace.yaxis ?? 'y');
    if (!x || !y) continue;
    pen.save();
    if (trace.cliponaxis !== false) {
      pen.beginPath();
      pen.rect(x.offset, y.offset, x.length, y.length);
      pen.clip();
    }
    const color = colorOf(figure, i);
    if (trace.type === 'bar') paintBar(pen, trace, places.get(i)!, x, y, color, font);
    else if (trace.type === 'candlestick') paintCandlestick(pen, trace, x, y);
    else if (trace.type === 'heatmap') paintHeatmap(pen, trace, x, y);
    else paintScatter(pen, trace, x, y, color, font, figure.layout.font?.color ?? '#444');
    pen.restore();
  }
}

function layerOf(figure: Drawable, index: number): number {
  const type = figure.data[index]?.type;
  return type === 'heatmap' ? 0 : type === 'bar' ? 1 : type === 'candlestick' ? 2 : 3;
}

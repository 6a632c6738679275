import { spacing } from './bar.ts';
import type { Pen } from './pen.ts';
import type { Trace } from './plotly.ts';
import { linearToPixel, type Scale, toLinear, toPixels } from './scale.ts';

/** Plotly leaves a gap and a group gap of 0.3 each. */
const HALF_WIDTH = (0.7 * 0.7) / 2;

const RISING = { color: '#3D9970', fill: 'rgba(61,153,112,0.5)' };
const FALLING = { color: '#FF4136', fill: 'rgba(255,65,54,0.5)' };

/** Bodies and wicks, the rising and the falling ones in one path each. */
export function paintCandlestick(pen: Pen, trace: Trace, x: Scale, y: Scale): void {
  const positions = (trace.x ?? trace.close ?? []).map((value, i) => (trace.x ? toLinear(x, value) : i));
  const half = spacing(positions) * HALF_WIDTH;
  const open = toPixels(y, trace.open ?? []);
  const high = toPixels(y, trace.high ?? []);
  const low = toPixels(y, trace.low ?? []);
  const close = toPixels(y, trace.close ?? []);
  const [first, last] = x.range[0] < x.range[1] ? x.range : [x.range[1], x.range[0]];
  const rising = direction(trace);
  for (const up of [true, false]) {
    const style = up ? trace.increasing : trace.decreasing;
    const fallback = up ? RISING : FALLING;
    pen.strokeStyle = style?.line?.color ?? fallback.color;
    pen.fillStyle = style?.fillcolor ?? style?.line?.color ?? fallback.fill;
    pen.lineWidth = style?.line?.width ?? 2;
    pen.lineJoin = 'miter';
    pen.beginPath();
    for (let i = 0; i < close.length; i++) {
      const position = positions[i]!;
      if (rising[i] !== up || position < first - half || position > last + half) continue;
      const [o, h, l, c] = [open[i]!, high[i]!, low[i]!, close[i]!];
      if (!Number.isFinite(o + h + l + c)) continue;
      const middle = linearToPixel(x, position);
      const left = linearToPixel(x, position - half);
      const right = linearToPixel(x, position + half);
      const [top, bottom] = [Math.min(o, c), Math.max(o, c)];
      pen.rect(left, top, right - left, bottom - top);
      pen.moveTo(middle, top);
      pen.lineTo(middle, h);
      pen.moveTo(middle, bottom);
      pen.lineTo(middle, l);
    }
    pen.fill();
    pen.stroke();
  }
}

/** A bar that closes where it opened takes the direction of its step from the bar before, as Plotly has it. */
function direction(trace: Trace): boolean[] {
  const out: boolean[] = [];
  (trace.close ?? []).forEach((value, i) => {
    const close = Number(value);
    const open = Number(trace.open?.[i]);
    const before = Number(trace.close?.[i - 1]);
    out.push(
      close !== open ? close > open : i === 0 || close === before ? (out[i - 1] ?? true) : close > before,
    );
  });
  return out;
}

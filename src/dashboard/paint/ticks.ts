import { formatNumber, formatTime } from './format.ts';
import type { AxisLayout } from './plotly.ts';
import { isHorizontal, type Scale, toLinear } from './scale.ts';

export interface Tick {
  /** In the axis's linear units. */
  readonly at: number;
  readonly label: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIME_STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 3, 7, 14].map((n) => n * DAY),
];

/** The ticks of an axis, as Plotly would choose and write them. */
export function ticksOf(scale: Scale, layout: AxisLayout): Tick[] {
  const [low, high] = [Math.min(...scale.range), Math.max(...scale.range)];
  const inside = ({ at }: Tick) => at >= low - (high - low) * 1e-9 && at <= high + (high - low) * 1e-9;
  if (layout.tickvals && layout.tickmode !== 'auto') {
    return layout.tickvals
      .map((value, i) => ({ at: toLinear(scale, value), label: layout.ticktext?.[i] ?? String(value ?? '') }))
      .filter(inside);
  }
  const count = layout.nticks && layout.nticks > 0 ? layout.nticks : autoCount(scale);
  switch (scale.type) {
    case 'category':
      return categoryTicks(scale).filter(inside);
    case 'date':
      return dateTicks(low, high, count, layout);
    case 'log':
      return logTicks(low, high, layout);
    default:
      return linearTicks(low, high, count, layout);
  }
}

function autoCount(scale: Scale): number {
  const least = isHorizontal(scale) ? 80 : 40;
  return Math.min(9, Math.max(4, scale.length / least)) + 1;
}

function linearTicks(low: number, high: number, count: number, layout: AxisLayout): Tick[] {
  const rough = (high - low) / count;
  if (!(rough > 0)) return [];
  const base = 10 ** Math.floor(Math.log10(rough));
  const step =
    typeof layout.dtick === 'number'
      ? layout.dtick
      : base * ([1, 2, 5, 10].find((n) => n * base >= rough) ?? 10);
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9), hasHalf(step) ? 1 : 0);
  const ticks: Tick[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    const value = i * step;
    ticks.push({ at: value, label: affix(layout, formatTick(value, decimals, layout.tickformat)) });
  }
  return ticks;
}

function hasHalf(step: number): boolean {
  return step > 1 && !Number.isInteger(step);
}

function formatTick(value: number, decimals: number, format: string | undefined): string {
  if (format) return formatNumber(value, format);
  const text = Math.abs(value).toFixed(decimals);
  const size = Math.abs(value);
  const short = size >= 1e4 ? formatNumber(size, '~s').replace('G', 'B') : text;
  return value < 0 && Number(text) !== 0 ? `\u2212${short}` : short;
}

function affix(layout: AxisLayout, text: string): string {
  return `${layout.tickprefix ?? ''}${text}${layout.ticksuffix ?? ''}`;
}

function logTicks(low: number, high: number, layout: AxisLayout): Tick[] {
  const parts = high - low <= 1 ? [1, 2, 5] : [1];
  const ticks: Tick[] = [];
  const every = Math.max(1, Math.ceil((high - low) / 8));
  for (let decade = Math.floor(low); decade <= high; decade += every) {
    for (const part of parts) {
      const at = decade + Math.log10(part);
      if (at < low - 1e-9 || at > high + 1e-9) continue;
      const value = part * 10 ** decade;
      const plain =
        decade >= 0 && decade < 4
          ? String(value)
          : decade < 0 && decade > -5
            ? value.toFixed(-decade)
            : undefined;
      ticks.push({
        at,
        label: affix(
          layout,
          layout.tickformat ? formatNumber(value, layout.tickformat) : (plain ?? formatNumber(value, '~s')),
        ),
      });
    }
  }
  return ticks;
}

function categoryTicks(scale: Scale): Tick[] {
  return [...(scale.categories ?? [])].map(([value, at]) => ({ at, label: String(value) }));
}

function dateTicks(low: number, high: number, count: number, layout: AxisLayout): Tick[] {
  const rough = (high - low) / count;
  if (!(rough > 0)) return [];
  if (rough > 14 * DAY) return monthTicks(low, high, rough, layout);
  const step =
    typeof layout.dtick === 'number' ? layout.dtick : (TIME_STEPS.find((n) => n >= rough) ?? 14 * DAY);
  const ticks: Tick[] = [];
  const format = formatOf(layout, step);
  let previous = '';
  for (let at = Math.ceil(low / step) * step; at <= high; at += step) {
    if (format) {
      ticks.push({ at, label: formatTime(at, format) });
      continue;
    }
    const [first, second] = dateLabel(at, step);
    ticks.push({ at, label: second === previous ? first : `${first}<br>${second}` });
    previous = second;
  }
  return ticks;
}

/** The axis's format for ticks that are so many ms apart. */
function formatOf(layout: AxisLayout, step: number): string | undefined {
  const stop = layout.tickformatstops?.find(({ dtickrange: [from = null, to = null] }) => {
    return (from === null || msOf(from) <= step) && (to === null || step <= msOf(to));
  });
  return stop?.value ?? layout.tickformat;
}

/** A step as Plotly writes it: ms, or months. */
function msOf(step: number | string): number {
  return typeof step === 'number' ? step : Number(step.slice(1)) * 28 * DAY;
}

/** Upper and lower line of a date's label; the lower one is written where it changes. */
function dateLabel(at: number, step: number): [string, string] {
  if (step >= DAY) return [formatTime(at, '%b %-d'), formatTime(at, '%Y')];
  const time = step >= MINUTE ? '%H:%M' : step >= SECOND ? '%H:%M:%S' : '%H:%M:%S.%L';
  return [formatTime(at, time), formatTime(at, '%b %-d, %Y')];
}

function monthTicks(low: number, high: number, rough: number, layout: AxisLayout): Tick[] {
  const months = [1, 2, 3, 6, 12, 24, 60, 120].find((n) => n * 30 * DAY >= rough) ?? 240;
  const ticks: Tick[] = [];
  const format = formatOf(layout, months * 30 * DAY);
  const start = new Date(low);
  let month = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months;
  let year = '';
  for (; ; month += months) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (at > high) return ticks;
    if (at < low) continue;
    const now = formatTime(at, '%Y');
    const label = format
      ? formatTime(at, format)
      : months >= 12
        ? now
        : `${formatTime(at, '%b')}${now === year ? '' : `<br>${now}`}`;
    ticks.push({ at, label });
    year = now;
  }
}

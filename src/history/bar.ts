import type { DownloadProgress, ProgressListener } from './progress.ts';

const WIDTH = 28;
const LINE_EVERY_MS = 5_000;
const DRAW_EVERY_MS = 80;

/** `█████░░░  62 %  12,400 candles, 3,100 a second, weight 340 of 6,000, 4 s left` */
export function barText(progress: DownloadProgress, title = ''): string {
  const { pages, of, rows, rowsPerSecond, leftMs, usedWeight, weightLimit } = progress;
  const share = of === 0 ? 1 : pages / of;
  const full = Math.round(share * WIDTH);
  const count = (value: number) => Math.round(value).toLocaleString('en-US');
  const left = pages === of ? 'done' : Number.isNaN(leftMs) ? '' : `${timeText(leftMs)} left`;
  return [
    title,
    `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${String(Math.floor(share * 100)).padStart(3)} %`,
    `${count(rows)} candles`,
    `${count(rowsPerSecond)} a second`,
    `weight ${count(usedWeight)} of ${count(weightLimit)}`,
    left,
  ]
    .filter(Boolean)
    .join('  ');
}

function timeText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** Draws over its own line on a terminal; elsewhere a line now and then, and the last one. */
export function terminalBar(stream: NodeJS.WriteStream, title = ''): ProgressListener {
  let drawn = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    const last = progress.pages === progress.of;
    if (!last && now - drawn < (stream.isTTY ? DRAW_EVERY_MS : LINE_EVERY_MS)) return;
    drawn = now;
    const text = barText(progress, title);
    if (!stream.isTTY) stream.write(`${text}\n`);
    else stream.write(`\r\x1b[K${text.slice(0, (stream.columns ?? 120) - 1)}${last ? '\n' : ''}`);
  };
}

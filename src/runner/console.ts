import { formatMarketSummary, formatTickerTable } from '../insights/index.ts';
import type { Display, Frame } from './display.ts';
import { fitted, type TerminalSize } from './fitted.ts';

export interface ConsoleOptions {
  readonly write: (text: string) => void;
  /** Seconds between two polls; `undefined` in live mode. */
  readonly pollSeconds: number | undefined;
  /** Draw over the last update, in colours where NO_COLOR does not refuse them: for a terminal. */
  readonly redraw: boolean;
  /** Of the terminal, at each update. Default: that of standard output. */
  readonly size?: () => TerminalSize;
}

const LIVE_EVERY_MS = 5_000;
/** A terminal may be looked at all the time. */
const REDRAW_EVERY_MS = 500;
const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';

/** The market as text: a start banner, then at each update the table and the summary. */
export function openConsole(
  first: Frame,
  { write, pollSeconds, redraw, size = () => process.stdout }: ConsoleOptions,
): Display {
  let lines = 0;
  write(`${banner(first, pollSeconds)}\n\n${redraw ? HIDE_CURSOR : ''}`);
  return {
    everyMs: pollSeconds !== undefined ? 0 : redraw ? REDRAW_EVERY_MS : LIVE_EVERY_MS,
    update(frame) {
      const whole = updateText(frame, pollSeconds, redraw);
      const text = redraw ? fitted(whole, size()) : whole;
      write(`${lines > 0 ? `\u001B[${lines}A\u001B[J` : ''}${text}\n`);
      if (redraw) lines = text.split('\n').length;
    },
    tell({ text, severity }) {
      // Where updates are drawn over each other, the newest alert stands in the update.
      if (!redraw) write(`ALERT (${severity}) ${text}\n`);
    },
    async end(error) {
      const reason = error === undefined ? '' : `: ${error instanceof Error ? error.message : String(error)}`;
      write(`${redraw ? SHOW_CURSOR : ''}Stopped${reason}\n`);
    },
    onStop() {},
    attach() {},
  };
}

function banner({ source, tickers }: Frame, pollSeconds: number | undefined): string {
  const mark = source === 'live' ? '' : ` (${source} data)`;
  const pace = pollSeconds === undefined ? 'with every trade' : `every ${pollSeconds} s`;
  return [
    `Real-time crypto dashboard${mark}`,
    `Pairs: ${tickers.map(({ symbol }) => symbol).join(' ')}`,
    `Updated ${pace}. Ctrl-C stops it.`,
  ].join('\n');
}

function updateText(
  { update, tickers, source, feed, alert, tables, tookMs }: Frame,
  pollSeconds: number | undefined,
  redraw: boolean,
): string {
  const colour = redraw && !process.env.NO_COLOR;
  const time = new Date().toISOString().slice(0, 19).replace('T', ' ');
  const stored = tables === undefined ? '' : ` · tables ${tables}`;
  const state = `${feed === 'connected' ? '' : ` · ${feed}`}${stored}`;
  const took = tookMs === undefined ? '' : ` · took ${(tookMs / 1000).toFixed(2)} s`;
  const next = pollSeconds === undefined ? [] : [`Next update in ${pollSeconds} s.`];
  return [
    `Update #${update} · ${time} UTC${took}${state}`,
    formatTickerTable(tickers, { source, colour }),
    '',
    formatMarketSummary(tickers, { source, colour }),
    ...(alert !== undefined && redraw ? [`Last alert: ${alert}`] : []),
    ...next,
    '',
  ].join('\n');
}

/**
 * A line of JSON at each update, for programs: `{"update":1,"time":…,"source":…,"feed":…,"tickers":[…]}`, when polling
 * with `tookMs`, and with `tables` while they wait for their storage.
 */
export function openJsonLines(write: (text: string) => void, pollSeconds: number | undefined): Display {
  return {
    everyMs: pollSeconds === undefined ? 1_000 : 0,
    update({ update, source, feed, tables, tickers, tookMs }) {
      write(
        `${JSON.stringify({ update, time: new Date().toISOString(), tookMs, source, feed, tables, tickers })}\n`,
      );
    },
    tell: (alert) => write(`${JSON.stringify({ alert })}\n`),
    async end(error) {
      if (error !== undefined) write(`${JSON.stringify({ error: String(error) })}\n`);
    },
    onStop() {},
    attach() {},
  };
}

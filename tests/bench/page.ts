/** The served page: the server's event to painted at 10 a second, with 1 and 20 viewers; and the first picture. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import WebSocket from 'ws';
import { DRAWN_EVENT, type Mount } from '../../src/dashboard/wire.ts';
import { openBrowser } from '../fixtures/browser.ts';
import { step } from '../fixtures/step.ts';
import { Meter } from './measure/browser.ts';
import { judge } from './measure/judge.ts';
import { benchOptions, positive } from './measure/options.ts';
import { conclude } from './measure/report.ts';
import { figureOf, percentile, spread } from './measure/statistics.ts';
import type { Orders } from './page/server.ts';

const options = benchOptions({ seconds: { type: 'string', default: '15' } });
const rounds = positive('rounds', options.rounds ?? '3');
const seconds = positive('seconds', options.seconds);
const RATE = 10;
const VIEWERS = [1, 20];

interface Round {
  delays: number[];
  firstPicture: number;
  mainThread: number;
}

interface Record {
  at: number;
  painted: number;
}

declare global {
  var firstDrawn: number | undefined;
  var candlebookBoard: { state: string; log: { painted: number; records: Record[] } } | undefined;
}

/** The server's next message. @throws Error when it has ended instead */
async function told(server: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  try {
    return await Promise.race([
      once(server, 'message', over).then(([message]) => message as unknown),
      once(server, 'exit', over).then(([code]) => {
        throw new Error(`The server ended with ${code}.`);
      }),
    ]);
  } finally {
    over.abort();
  }
}

/** One viewer is a real page; the others are sockets that read all that they are sent, as pages elsewhere do. */
async function measure(browser: Browser, url: string, server: ChildProcess, viewers: number): Promise<Round> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
  const others: WebSocket[] = [];
  try {
    await page.addInitScript((drawn: string) => {
      document.addEventListener(drawn, () => {
        // After the frame in which it was drawn is out.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          globalThis.firstDrawn ??= performance.now();
        };
        port2.postMessage(null);
      });
    }, DRAWN_EVENT);
    await page.goto(url);
    await page.waitForFunction(() => globalThis.candlebookBoard?.state === 'live');
    const { board } = (await (await fetch(`${url}board`)).json()) as Mount;
    for (let i = 1; i < viewers; i++) {
      const socket = new WebSocket(`${url.replace('http', 'ws')}live?board=${board}`, {
        origin: url.slice(0, -1),
      });
      others.push(socket);
      await once(socket, 'open');
    }
    const meter = await Meter.open(page);
    const run = async (ticks: number) => {
      const before = await page.evaluate(() => globalThis.candlebookBoard!.log.records.length);
      server.send({ rate: RATE, ticks } satisfies Orders);
      await told(server);
      await page.waitForTimeout(300);
      return page.evaluate((from) => globalThis.candlebookBoard!.log.records.slice(from), before);
    };
    await run(RATE * 2);
    const [mainThread, records] = await meter.mainThreadShare(() => run(RATE * seconds));
    const firstPicture = await page.evaluate(() => globalThis.firstDrawn ?? Number.NaN);
    return { delays: records.map(({ at, painted }) => painted - at), firstPicture, mainThread };
  } finally {
    for (const socket of others) socket.terminate();
    await page.close();
  }
}

const server = fork(fileURLToPath(new URL('page/server.ts', import.meta.url)));
const url = (await told(server)) as string;
const browser = await openBrowser();
const results = new Map<number, Round[]>(VIEWERS.map((count) => [count, []]));
try {
  for (let round = 0; round < rounds; round++) {
    for (const count of round % 2 === 0 ? VIEWERS : VIEWERS.toReversed()) {
      const measured = await step(`round ${round + 1}/${rounds}: ${count} viewers`, () =>
        measure(browser, url, server, count),
      );
      results.get(count)!.push(measured);
    }
  }
} finally {
  await browser.close();
  server.disconnect();
}

const summary = VIEWERS.map((count) => {
  const taken = results.get(count)!;
  const all = taken.flatMap(({ delays }) => delays);
  const of = (p: number) => ({
    value: percentile(all, p),
    noise: spread(taken.map(({ delays }) => percentile(delays, p))),
  });
  return {
    count,
    ticks: all.length,
    p50: of(50),
    p99: of(99),
    mainThread: figureOf(taken.map((one) => one.mainThread)),
  };
});
const firstPicture = figureOf([...results.values()].flat().map((one) => one.firstPicture));
process.exitCode = conclude(
  {
    bench: 'page',
    versions: { Chromium: browser.version() },
    setting: `the whole board, all prices and the forming bar move ${RATE} times a second; ${rounds} rounds of ${seconds} s; the server's event to painted; further viewers read on sockets`,
    tables: [
      {
        head: ['viewers', 'ticks painted', 'p50 ms', 'p99 ms', 'main thread %'],
        rows: summary.map(({ count, ticks, p50, p99, mainThread }) => [
          String(count),
          String(ticks),
          p50.value.toFixed(1),
          p99.value.toFixed(1),
          (100 * mainThread.value).toFixed(0),
        ]),
      },
    ],
    notes: [],
    verdicts: [
      ...summary.flatMap(({ count, p50, p99 }) => [
        judge(`p50 with ${count} <= 20 ms`, p50, { most: 20, unit: 'ms', digits: 1 }),
        judge(`p99 with ${count} <= 80 ms`, p99, { most: 80, unit: 'ms', digits: 1 }),
      ]),
      judge('first picture <= 1000 ms after the address is asked for', firstPicture, {
        most: 1000,
        unit: 'ms',
      }),
    ],
    raw: Object.fromEntries(results),
  },
  options,
);

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { publishTrades } from '../../src/cloud/index.ts';
import { brokerOf } from '../../src/cloud/kafka/broker.ts';
import { startExchange } from '../../src/exchange/index.ts';
import type { Feed, Trade } from '../../src/market/index.ts';
import { candlebook } from '../fixtures/cli.ts';
import type { TestBroker } from './broker.ts';

const TOPIC = 'limits';
const TRADES = 10_000;
/** The broker counts over some ten seconds: a megabyte passes before it asks to wait. */
const BYTES_PER_SECOND = 100_000;
const REQUEST = 500;
const PATIENCE_SECONDS = 3;

/** A quota on the broker: it asks to wait, and we do. */
export async function publishThrottled(broker: TestBroker): Promise<string> {
  await broker.addTopic(TOPIC);
  await broker.limit('candlebook', BYTES_PER_SECOND);
  const began = performance.now();
  const report = await publishTrades(trades(TRADES), {
    broker: brokerOf(broker.plain),
    topic: TOPIC,
    maxMessages: REQUEST,
  });
  const tookMs = performance.now() - began;
  await broker.limit('candlebook', Number.MAX_SAFE_INTEGER);
  if (report.published !== TRADES) throw new Error(`${report.published} of ${TRADES} were taken`);
  if (report.throttledMs === 0) throw new Error('nobody was asked to wait');
  // What the last answers asked for need not be waited for: nothing comes after them.
  if (tookMs < report.throttledMs / 2)
    throw new Error(`asked to wait ${report.throttledMs} ms, it was over after ${tookMs.toFixed(0)} ms`);
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  return `${TRADES} trades under a quota of ${BYTES_PER_SECOND} B/s: asked to wait ${seconds(report.throttledMs)} in all, took ${seconds(tookMs)}`;
}

/** A broker that stays away: the publisher ends with an error that says so, and a code that is not 0. */
export async function losesPatience(broker: TestBroker, folder: string): Promise<void> {
  const exchange = await startExchange({ seed: 5, symbols: ['BTCUSDT'], speed: 100 });
  try {
    const words = ['publish', '--symbols', 'BTCUSDT', '--url', exchange.restUrl, '--to', broker.plain];
    const tables = join(folder, 'patience');
    const { ended, output, child } = candlebook([
      ...[...words, '--topic', TOPIC, '--tables', tables],
      ...['--patience', `${PATIENCE_SECONDS}s`],
    ]);
    const limit = setTimeout(() => child.kill('SIGKILL'), 60_000);
    while (!(await hasPosition(tables))) {
      if (child.exitCode !== null) throw new Error(`it ended: ${output.err}`);
      await sleep(100);
    }
    await broker.kill();
    const [code] = await ended;
    clearTimeout(limit);
    if (code !== 1 || !/has not answered for \d+ s: /.test(output.err))
      throw new Error(`it ended with ${code}: ${output.err}`);
  } finally {
    await exchange.close();
  }
}

async function hasPosition(tables: string): Promise<boolean> {
  const names = await readdir(tables, { recursive: true }).catch(() => []);
  return names.some((name) => name.includes('published-'));
}

/** So many trades of four symbols. */
function trades(count: number): Feed {
  return {
    source: 'simulated',
    close: async () => undefined,
    async *[Symbol.asyncIterator]() {
      for (let i = 0; i < count; i++) {
        const time = 1_732_435_200_000 + i;
        const symbol = `COIN${i % 4}USDT`;
        const trade: Trade = {
          type: 'trade',
          ...{ symbol, id: i >> 2, price: 1.25, quantity: 3, time, eventTime: time, buyerIsMaker: true },
        };
        yield trade;
      }
    },
  };
}

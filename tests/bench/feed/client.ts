/**
 * One client that takes trade frames from the sender: `client.ts '{"kind":"candlebook",…}'`. Prints what a frame cost
 * it, in µs of CPU time of the whole process, as JSON.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import WebSocket from 'ws';
import { createRest, liveFeed } from '../../../src/fetcher/index.ts';
import { npmPeers } from '../peers/npm.ts';
import { FEED_PEERS } from './peers.ts';

export interface ClientTask {
  readonly kind: 'candlebook' | 'slow' | 'bare' | 'binance' | 'ccxt' | 'history';
  readonly port: number;
  /** As fast as frames can be taken, rather than at the sender's pace. */
  readonly unpaced?: boolean;
  /** Frames before the measurement, and within it. */
  readonly warmUp: number;
  readonly frames: number;
  /** Memory is looked at so many times in between. */
  readonly samples?: number;
}

export interface ClientFindings {
  readonly cpuUsPerFrame: number;
  readonly framesPerSecond: number;
  /** Used heap after garbage collection, and the process's whole memory, MB, in order of time. */
  readonly heapMb: number[];
  readonly rssMb: number[];
}

const task = JSON.parse(process.argv[2]!) as ClientTask;
const { port, warmUp, frames } = task;
const wsUrl = `ws://127.0.0.1:${port}${task.unpaced ? '/unpaced' : ''}`;
const STREAMS = ['btcusdt@trade', 'ethusdt@trade'];
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

let count = 0;
let cpu: NodeJS.CpuUsage | undefined;
let began = 0;
const memory = { heapMb: [] as number[], rssMb: [] as number[] };
const every = task.samples ? Math.floor(frames / task.samples) : Number.POSITIVE_INFINITY;

const clients: Record<ClientTask['kind'], () => Promise<void>> = {
  candlebook,
  slow,
  bare,
  binance,
  ccxt,
  history,
};
await clients[task.kind]();

/** Counts a frame that has arrived where a user of the client has it. */
function note(): void {
  count++;
  if (count === warmUp) {
    cpu = process.cpuUsage();
    began = performance.now();
  } else if (count === warmUp + frames) finish();
  else if (count > warmUp && (count - warmUp) % every === 0) sample();
}

function sample(): void {
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  memory.heapMb.push(heapUsed / 2 ** 20);
  memory.rssMb.push(rss / 2 ** 20);
}

function finish(): void {
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1000;
  const findings: ClientFindings = {
    cpuUsPerFrame: (user + system) / frames,
    framesPerSecond: frames / seconds,
    ...memory,
  };
  process.stdout.write(`${JSON.stringify(findings)}\n`, () => process.exit(0));
}

/** Ours: typed events in order of id, with every hole noticed. */
async function candlebook(): Promise<void> {
  const feed = liveFeed({
    wsUrl: `ws://127.0.0.1:${port}`,
    symbols: ['BTCUSDT', 'ETHUSDT'],
    streams: ['trade'],
  });
  for await (const event of feed) {
    if (event.type === 'trade') note();
    else if (event.type === 'gap' || event.type === 'error' || event.type === 'disconnect')
      throw new Error(JSON.stringify(event));
  }
}

/** Ours, read by somebody who pauses again and again for longer than the queue lasts. */
async function slow(): Promise<void> {
  const feed = liveFeed({
    wsUrl: `ws://127.0.0.1:${port}`,
    symbols: ['BTCUSDT', 'ETHUSDT'],
    streams: ['trade'],
  });
  let read = 0;
  for await (const event of feed) {
    if (event.type === 'trade') note();
    if (++read % 50_000 === 0) await sleep(50);
  }
}

/** What cannot be left out: a socket, and JSON.parse of each frame. */
async function bare(): Promise<void> {
  const socket = new WebSocket(`${wsUrl}/stream?streams=${STREAMS.join('/')}`);
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as { data: { t: number } };
    if (frame.data.t > 0) note();
  });
}

interface BinanceModule {
  WebsocketClient: new (
    options: object,
    logger: object,
  ) => {
    on(event: string, listener: () => void): void;
    subscribe(streams: string[], key: string): Promise<void>;
  };
}

async function binance(): Promise<void> {
  const load = await npmPeers('feed', FEED_PEERS);
  const { WebsocketClient } = await load<BinanceModule>('binance');
  const quiet = { trace() {}, info() {}, error() {} };
  // Its own way to an event with numbers; without it, they stay text, as with ws + JSON.parse.
  const socket = new WebsocketClient({ wsUrl, beautify: true }, quiet);
  socket.on('formattedMessage', note);
  await socket.subscribe(STREAMS, 'main');
}

interface CcxtModule {
  default: {
    pro: {
      binance: new (
        options: object,
      ) => {
        urls: { api: { public: string; ws: { spot: string } } };
        loadHttpProxyAgent(): void;
        watchTradesForSymbols(symbols: string[]): Promise<unknown[]>;
      };
    };
  };
}

async function ccxt(): Promise<void> {
  const load = await npmPeers('feed', FEED_PEERS);
  const { default: library } = await load<CcxtModule>('ccxt');
  const exchange = new library.pro.binance({
    options: { fetchMarkets: { types: ['spot'] }, fetchCurrencies: false },
  });
  exchange.urls.api.public = `http://127.0.0.1:${port}/api/v3`;
  exchange.urls.api.ws.spot = `${wsUrl}/ws/stream`;
  exchange.loadHttpProxyAgent();
  for (;;) {
    const trades = await exchange.watchTradesForSymbols(['BTC/USDT', 'ETH/USDT']);
    for (let i = 0; i < trades.length; i++) note();
  }
}

/** Rows of klines by REST, as fast as they can be asked for and read. */
async function history(): Promise<void> {
  const rest = createRest({ restUrl: `http://127.0.0.1:${port}` });
  await rest.exchangeInfo();
  const page = async () => {
    for (;;) for (const _ of await rest.klines('BTCUSDT', '1m', { limit: 1000 })) note();
  };
  await Promise.all([page(), page(), page(), page()]);
}

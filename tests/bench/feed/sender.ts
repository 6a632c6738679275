/**
 * Sends recorded trade frames as fast as a client takes them, with ids that run on for ever, wrapped or raw as the
 * address asks; and answers the few REST requests that clients begin with. Prints its port.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { WebSocketServer } from 'ws';
import { startExchange } from '../../../src/exchange/index.ts';
import { benchFrames } from './frames.ts';

/** A frame around its id. */
interface Template {
  readonly symbol: string;
  readonly before: string;
  readonly after: string;
}

/** Frames that are sent before the socket is looked after again, and bytes that may wait in it. */
const BATCH = 256;
const MOST_WAITING = 1024 * 1024;
const HUGE_LIMIT = 1_000_000_000;

const templates = (benchFrames().byStream.get('trade') ?? []).map((frame): Template => {
  const [, before = '', after = ''] = /^(.*"t":)\d+(.*)$/.exec(frame) ?? [];
  return { symbol: /"s":"([^"]+)"/.exec(frame)![1]!, before, after };
});
const answers = await restAnswers();

const server = createServer((request, response) => {
  const path = (request.url ?? '').split('?')[0]!;
  const body = answers.get(path);
  if (!body) response.writeHead(404).end('{}');
  else response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(body);
});
new WebSocketServer({ server }).on('connection', (socket, request) => {
  const url = new URL(request.url ?? '/', 'ws://localhost');
  const wrapped = url.pathname === '/stream';
  let begun = false;
  const begin = async () => {
    if (begun) return;
    begun = true;
    const ids = new Map<string, number>();
    for (let i = 0; socket.readyState === socket.OPEN; i++) {
      const { symbol, before, after } = templates[i % templates.length]!;
      const id = (ids.get(symbol) ?? 3_735_683_258) + 1;
      ids.set(symbol, id);
      const frame = `${before}${id}${after}`;
      socket.send(wrapped ? frame : frame.slice(frame.indexOf('"data":') + 7, -1));
      if (i % BATCH !== 0) continue;
      if (socket.bufferedAmount < MOST_WAITING) await new Promise(setImmediate);
      else while (socket.bufferedAmount > MOST_WAITING / 2) await sleep(1);
    }
  };
  socket.on('message', (data) => {
    const { id } = JSON.parse(String(data)) as { id: unknown };
    socket.send(JSON.stringify({ result: null, id }));
    void begin();
  });
  if (url.searchParams.get('streams')) void begin();
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());

/** What the embedded exchange answers, once, so that it costs nobody anything later. */
async function restAnswers(): Promise<Map<string, Buffer>> {
  const exchange = await startExchange({
    symbols: ['BTCUSDT', 'ETHUSDT'],
    clock: 'manual',
    weightLimit: HUGE_LIMIT,
  });
  try {
    const found = new Map<string, Buffer>();
    for (const query of ['exchangeInfo', 'time', 'klines?symbol=BTCUSDT&interval=1m&limit=1000']) {
      const answer = await fetch(`${exchange.restUrl}/api/v3/${query}`);
      found.set(`/api/v3/${query.split('?')[0]}`, gzipSync(await answer.text()));
    }
    return found;
  } finally {
    await exchange.close();
  }
}

/**
 * Sends recorded trade frames at an even pace, or as fast as a client takes them (addresses that begin with /unpaced),
 * with ids that run on for ever, wrapped or raw as the address asks; and answers the few REST requests that clients begin with. Prints its port.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { WebSocketServer } from 'ws';
import { startExchange } from '../../../src/exchange/index.ts';
import { textFrame } from '../../../src/exchange/stream/text-frame.ts';
import { benchFrames } from './frames.ts';

/** A frame around its id. */
interface Template {
  readonly symbol: string;
  readonly before: string;
  readonly after: string;
}

/** 200,000 frames a second, in bursts such as busy seconds bring. */
const BURST = 1_600;
const BURST_EVERY_MS = 8;
const FIRST_ID = 3_735_683_258;
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
  const raw = !url.pathname.endsWith('/stream');
  const paced = !url.pathname.startsWith('/unpaced');
  const line = request.socket;
  line.on('error', () => line.destroy());
  let begun = false;
  const begin = async () => {
    if (begun) return;
    begun = true;
    const frames = endlessFrames(raw);
    // In one piece, so that every client finds as many frames at once, however quick it is itself.
    const burst = () => Buffer.concat(Array.from({ length: BURST }, () => textFrame(frames.next().value)));
    for (let due = performance.now(); socket.readyState === socket.OPEN; due += BURST_EVERY_MS) {
      if (!line.write(burst())) await drained(line);
      await sleep(paced ? Math.max(0, due - performance.now()) : 0);
    }
  };
  socket.on('message', (data) => {
    const { id } = JSON.parse(String(data)) as { id: unknown };
    socket.send(JSON.stringify({ result: null, id }), () => void begin());
  });
  if (url.searchParams.get('streams')) void begin();
});

/** Resolves when the line takes more, or never will again. */
async function drained(line: Socket): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  // A client that has what it wanted simply goes.
  await Promise.race([once(line, 'drain', { signal }), once(line, 'close', { signal })]).catch(
    () => undefined,
  );
  over.abort();
}

/** Trade frames whose ids run on in each symbol. */
function* endlessFrames(raw: boolean): Generator<string, never, undefined> {
  const ids = new Map<string, number>();
  for (let i = 0; ; i++) {
    const { symbol, before, after } = templates[i % templates.length]!;
    const id = (ids.get(symbol) ?? FIRST_ID) + 1;
    ids.set(symbol, id);
    const frame = `${before}${id}${after}`;
    yield raw ? frame.slice(frame.indexOf('"data":') + 7, -1) : frame;
  }
}

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

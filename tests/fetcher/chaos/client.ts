/**
 * The client of the chaos run: follows trades and writes each down, a line an event. Started again, it goes on after
 * the last whole line. Arguments: the options as JSON.
 */
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRest, type LiveFeed, liveFeed } from '../../../src/fetcher/index.ts';
import { CandlebookError, type MarketEvent } from '../../../src/market/index.ts';

export interface ClientOptions {
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly symbols: readonly string[];
  readonly file: string;
  readonly backFill: boolean;
  /** Age at which connections are replaced, ms. */
  readonly maxAgeMs: number;
}

const options = JSON.parse(process.argv[2]!) as ClientOptions;
const position: Record<string, number> = {};
const file = openSync(options.file, existsSync(options.file) ? 'r+' : 'w+');
let end = resume();
let lines = '';
let feed: LiveFeed | undefined;
let stopping = false;

process.on('SIGTERM', () => {
  stopping = true;
  void feed?.close();
});
process.on('message', () => process.send?.({ position, statistics: feed?.statistics() }));
// It does not go on for that.
process.channel?.unref();
const flushing = setInterval(flush, 20);
const rest = createRest({ restUrl: options.restUrl });
const asking = setInterval(askOnTheSide, 1_500);
try {
  while (!stopping) await follow();
} finally {
  clearInterval(flushing);
  clearInterval(asking);
  flush();
  closeSync(file);
  await rest.close();
}

/** Cuts off a half line and learns where to go on. */
function resume(): number {
  const text = readFileSync(options.file, 'latin1');
  const whole = text.lastIndexOf('\n') + 1;
  ftruncateSync(file, whole);
  for (const line of text.slice(0, whole).split('\n')) {
    const [kind, symbol, id, toId] = line.split(',');
    if (kind === 'trade') position[symbol!] = Number(id);
    else if (kind === 'gap') position[symbol!] = Number(toId);
  }
  return whole;
}

async function follow(): Promise<void> {
  const { wsUrl, symbols, backFill, maxAgeMs } = options;
  feed = liveFeed({
    wsUrl,
    symbols,
    streams: ['trade'],
    ...(backFill ? { rest } : {}),
    since: { ...position },
    maxAgeMs,
  });
  try {
    for await (const event of feed) note(event);
  } catch (error) {
    // The exchange may be down when a client starts: it tries again, as whoever supervises it would.
    if (!(error instanceof CandlebookError)) throw error;
    lines += `error,${error.code},${JSON.stringify(error.message)}\n`;
    await sleep(200);
  }
}

function note(event: MarketEvent): void {
  switch (event.type) {
    case 'trade':
      position[event.symbol] = event.id;
      lines += `trade,${event.symbol},${event.id},${event.price},${event.quantity},${event.time},${event.buyerIsMaker}\n`;
      break;
    case 'gap':
      position[event.symbol] = event.toId;
      lines += `gap,${event.symbol},${event.fromId},${event.toId},${JSON.stringify(event.reason)}\n`;
      break;
    case 'error':
      lines += `error,${event.code},${JSON.stringify(event.message)}\n`;
      break;
    case 'filled':
      lines += `filled,${event.symbol},${event.fromId},${event.toId}\n`;
      break;
    default:
      lines += `${event.type}\n`;
  }
  if (lines.length > 65_536) flush();
}

function flush(): void {
  if (lines === '') return;
  end += writeSync(file, lines, end, 'latin1');
  lines = '';
}

/** Requests beside the feed, on which faults of REST are played too. */
function askOnTheSide(): void {
  const symbol = options.symbols[0]!;
  for (const answer of [rest.depth(symbol, 5), rest.klines(symbol, '1m', { limit: 10 })])
    answer.catch((error) => {
      if (!(error instanceof CandlebookError)) throw error;
    });
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Exchange, FAULT_KINDS, type FaultKind, startExchange } from '../../../src/exchange/index.ts';
import { USDT_SYMBOLS } from '../../../src/market/index.ts';
import { type Account, compare } from './account.ts';
import type { ClientOptions } from './client.ts';

export interface FeedChaosOptions {
  readonly faults: number;
  readonly seed: number;
  readonly trades: number;
  readonly backFill: boolean;
}

type Mishap = FaultKind | 'kill';

/** Real time between two steps of the market, and trades that a step brings about. */
const STEP_MS = 10;
const TRADES_A_STEP = 120;
/** Market time that brings about as many trades with these pairs. */
const MARKET_MS_A_TRADE = 60;
/** The market waits for a client that is so far behind: faults are to meet live trades, not one endless hole. */
const MOST_BEHIND = 60_000;
/** No fault works on for longer. */
const CALM_MS = 6_000;
const CATCH_UP_MS = 180_000;
const CLIENT = fileURLToPath(new URL('client.ts', import.meta.url));

/** @returns exit code */
export async function feedChaos({ faults, seed, trades, backFill }: FeedChaosOptions): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'candlebook-chaos-'));
  const ledgerFile = join(folder, 'ledger.csv');
  const file = join(folder, 'deliveries.csv');
  // The market's time runs hundreds of times as fast, and so do its minutes of request weight.
  const exchange = await startExchange({
    symbols: USDT_SYMBOLS,
    seed,
    clock: 'manual',
    ledgerFile,
    weightLimit: 120_000,
    maxConnectionMs: 6 * 3_600_000,
  });
  const { restUrl, wsUrl } = exchange;
  const options = { restUrl, wsUrl, symbols: USDT_SYMBOLS, file, backFill, maxAgeMs: 15_000 };
  const client = new Client(options);
  try {
    client.start();
    await until(() => exchange.counters().socketsOpen > 0, 'the client never connected');
    const mishaps = shuffled(faults, seed);
    await play(exchange, client, trades, mishaps);
    await calm(exchange, client, mishaps);
    const caughtUp = () => complete(exchange, client);
    await until(caughtUp, 'the client did not catch up', CATCH_UP_MS).catch(async (error) => {
      console.log(`${error}; ${JSON.stringify(await client.tell())}`);
    });
    await client.stop();
    const { requests, faults: played } = exchange.counters();
    await exchange.close();
    const account = await compare(ledgerFile, file);
    return report(account, { backFill, kills: client.kills, played, requests });
  } finally {
    await client.stop();
    await exchange.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every kind in turn, each round in another order. */
function shuffled(count: number, seed: number): Mishap[] {
  const kinds: Mishap[] = [...FAULT_KINDS, 'kill'];
  const random = sequence(seed);
  const mishaps: Mishap[] = [];
  while (mishaps.length < count) {
    const round = [...kinds];
    while (round.length > 0) mishaps.push(...round.splice(Math.floor(random() * round.length), 1));
  }
  return mishaps.slice(0, count);
}

function sequence(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Publishes so many trades, and spreads the mishaps over them. */
async function play(
  exchange: Exchange,
  client: Client,
  trades: number,
  mishaps: readonly Mishap[],
): Promise<void> {
  let done = 0;
  let told = performance.now();
  for (let count = 0; count < trades; count = published(exchange)) {
    if (count - client.delivered < MOST_BEHIND) exchange.advance(TRADES_A_STEP * MARKET_MS_A_TRADE);
    while (done < mishaps.length && count >= ((done + 1) * trades) / (mishaps.length + 1)) {
      const mishap = mishaps[done++]!;
      if (mishap === 'kill') client.kill();
      else exchange.inject(mishap);
    }
    if (performance.now() - told > 5_000) {
      told = performance.now();
      console.log(
        `${count.toLocaleString('en')} of ${trades.toLocaleString('en')} trades published, ` +
          `${client.delivered.toLocaleString('en')} delivered, ${done} of ${mishaps.length} faults`,
      );
    }
    await sleep(STEP_MS);
  }
}

/**
 * The last faults are played, or not any more, and work themselves out while a little is still traded, so that the last
 * losses show.
 */
async function calm(exchange: Exchange, client: Client, mishaps: readonly Mishap[]): Promise<void> {
  const faults = mishaps.filter((mishap) => mishap !== 'kill').length;
  const played = () => Object.values(exchange.counters().faults).reduce((sum, count) => sum + count, 0);
  await until(() => played() >= faults, 'some faults found nothing to be played on').catch((error) =>
    console.log(String(error)),
  );
  exchange.calm();
  const end = performance.now() + CALM_MS;
  while (performance.now() < end || !client.running) {
    exchange.advance(20 * MARKET_MS_A_TRADE);
    await sleep(50);
  }
}

function published(exchange: Exchange): number {
  return exchange.ledger().reduce((sum, entry) => sum + entry.trades, 0);
}

function complete(exchange: Exchange, client: Client): boolean {
  return exchange.ledger().every(({ symbol, lastTradeId }) => client.position(symbol) >= lastTradeId);
}

async function until(condition: () => boolean, otherwise: string, withinMs = 30_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(otherwise);
    await sleep(100);
  }
}

/** The process that follows the feed; started again whenever it ends before it is told to. */
class Client {
  kills = 0;
  readonly #options: ClientOptions;
  #child: ChildProcess | undefined;
  #stopping = false;
  #file: number | undefined;
  #read = 0;
  #rest = '';
  #delivered = 0;
  readonly #position = new Map<string, number>();

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  start(): void {
    const child = spawn(process.execPath, [CLIENT, JSON.stringify(this.#options)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.on('exit', (code, signal) => {
      if (this.#stopping) return;
      if (signal !== 'SIGKILL') console.log(`The client ended by itself (${signal ?? `code ${code}`}).`);
      this.start();
    });
  }

  kill(): void {
    this.kills++;
    this.#child?.kill('SIGKILL');
  }

  /** How its feed says that it does. */
  async tell(): Promise<unknown> {
    const child = this.#child!;
    if (!this.running) return `ended by itself (${child.exitCode ?? child.signalCode})`;
    child.send('tell');
    const [told] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    return told;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    if (!this.#child || !this.running) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }

  /** Trades that were written down. */
  get delivered(): number {
    this.#readOn();
    return this.#delivered;
  }

  /** The last id of a symbol that was delivered or reported as lost. */
  position(symbol: string): number {
    this.#readOn();
    return this.#position.get(symbol) ?? -1;
  }

  #readOn(): void {
    if (!existsSync(this.#options.file)) return;
    this.#file ??= openSync(this.#options.file, 'r');
    const chunk = Buffer.alloc(1024 * 1024);
    const length = readSync(this.#file, chunk, 0, chunk.length, this.#read);
    this.#read += length;
    const lines = (this.#rest + chunk.toString('latin1', 0, length)).split('\n');
    this.#rest = lines.pop()!;
    for (const line of lines) {
      const [kind, symbol, id, toId] = line.split(',');
      if (kind === 'trade') this.#delivered++;
      if (kind === 'trade') this.#position.set(symbol!, Number(id));
      else if (kind === 'gap') this.#position.set(symbol!, Number(toId));
    }
  }
}

interface Circumstances {
  readonly backFill: boolean;
  readonly kills: number;
  readonly played: Readonly<Partial<Record<FaultKind, number>>>;
  readonly requests: Readonly<Record<string, number>>;
}

function report(account: Account, { backFill, kills, played, requests }: Circumstances): number {
  const { published, delivered, missing, doubled, disordered, gaps, wrong, unexplained, contradicted } =
    account;
  const faults = Object.entries({ ...played, kill: kills });
  const sum = faults.reduce((total, [, count]) => total + (count ?? 0), 0);
  console.log(`faults played: ${sum} (${faults.map(([kind, count]) => `${kind} ${count}`).join(', ')})`);
  console.log(
    `events: ${Object.entries(account.events)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
  );
  // The answers by 429 are those that were played: none is the client's own fault.
  const undeserved = (requests['429'] ?? 0) - (played.limit429 ?? 0);
  const requested = Object.entries(requests).map(([status, count]) => `${status} ${count}`);
  console.log(`requests: ${requested.join(', ')}; 429 brought on by the client: ${undeserved}`);
  console.log(
    `wrong values ${wrong}, missing outside of reported gaps ${unexplained}, delivered inside ${contradicted}`,
  );
  console.log(
    `ledger ${published} delivered ${delivered} missing ${missing} doubled ${doubled} disordered ${disordered} gaps-reported ${gaps}`,
  );
  const whole = backFill ? missing === 0 && gaps === 0 : unexplained === 0 && contradicted === 0;
  const good = whole && published > 0 && doubled === 0 && disordered === 0 && wrong === 0 && undeserved === 0;
  return good ? 0 : 1;
}

import { NumberedStream, type RestClient, type Since, tradeBackFill } from '../../fetcher/index.ts';
import type { FeedEvent, Trade } from '../../market/index.ts';

export interface TopicTradesOptions {
  /** Fetches what the topic does not hold. Without it, each hole is a gap. */
  readonly rest: RestClient | undefined;
  readonly since: Since | undefined;
  /** Those that are followed; `undefined`: whatever comes. */
  readonly symbols: readonly string[] | undefined;
  readonly emit: (event: Trade | FeedEvent) => void;
  readonly fail: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/** How long a hole in the trades may resist before it is reported as a gap, ms. */
const FILL_WITHIN_MS = 120_000;
/** Trades that wait for others before them. */
const HELD_LIMIT = 10_000;

/**
 * Trades of a topic in order of id, each once: what a publisher repeated after a kill is left out, holes are filled by
 * REST or told as gaps. A symbol whose partition was another reader's for a while is begun anew: those between were the
 * other's, and nothing is missing.
 */
export class TopicTrades {
  readonly #trades: NumberedStream<Trade>;
  readonly #followed: ReadonlySet<string> | undefined;
  /** By symbol, how many times its partition had been handed over when it was last seen. */
  readonly #seen = new Map<string, number>();
  readonly #handOvers = new Map<number, number>();
  /** By symbol, the last id that was delivered before the partition was handed over. */
  readonly #before = new Map<string, number>();

  constructor({ rest, since, symbols, emit, fail, signal }: TopicTradesOptions) {
    const backFill = rest ? tradeBackFill(rest) : NOTHING_ELSE;
    this.#trades = new NumberedStream<Trade>('trade', backFill, {
      patienceMs: FILL_WITHIN_MS,
      heldLimit: HELD_LIMIT,
      since,
      emit,
      room: () => Promise.resolve(),
      fail,
      signal,
    });
    if (!symbols) return;
    this.#followed = new Set(symbols);
    for (const symbol of this.#followed) {
      this.#seen.set(symbol, 0);
      this.#trades.add(symbol, false);
    }
    if (rest) this.#trades.begin([...this.#followed]);
  }

  get held(): number {
    return this.#trades.held;
  }

  get filled(): number {
    return this.#trades.filled;
  }

  /** Whether the topic is to be read on. */
  get hasRoom(): boolean {
    return this.#trades.held < HELD_LIMIT / 2;
  }

  see(trade: Trade, partition: number): void {
    const { symbol } = trade;
    if (this.#followed && !this.#followed.has(symbol)) return;
    const handOvers = this.#handOvers.get(partition) ?? 0;
    const seen = this.#seen.get(symbol);
    if (seen !== handOvers) this.#begin(symbol, seen, handOvers);
    if (this.#before.size > 0 && trade.id <= (this.#before.get(symbol) ?? -1)) return;
    this.#trades.see(trade);
  }

  /** All symbols of the partition are begun anew when they are seen next. */
  handOver(partition: number): void {
    this.#handOvers.set(partition, (this.#handOvers.get(partition) ?? 0) + 1);
  }

  /** Asks what a break cost. */
  askForNewest(): void {
    if (this.#followed) this.#trades.askForNewest([...this.#followed]);
  }

  #begin(symbol: string, seen: number | undefined, handOvers: number): void {
    this.#seen.set(symbol, handOvers);
    if (seen !== undefined) {
      const next = this.#trades.nextOf(symbol);
      if (next !== undefined) this.#before.set(symbol, next - 1);
      this.#trades.remove(symbol);
    }
    this.#trades.add(symbol, true);
  }
}

/** Where there is nobody to ask, what is not in the topic is not to be had. */
const NOTHING_ELSE = {
  fetch: async (_: string, __: number, toId: number) => ({
    trades: [],
    through: toId,
    reason: 'not in the topic',
  }),
  latestId: async () => undefined,
  firstIdAt: async () => undefined,
};

import { type Exchange, startExchange } from '../../../src/exchange/index.ts';
import { createRest } from '../../../src/fetcher/index.ts';
import type { Trade } from '../../../src/market/index.ts';

export const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT', 'DOGEUSDT'] as const;

const TICK_MS = 20;
const PAGE = 1000;

/** A market on loopback that can be stopped, so that what was traded is known to the last trade. */
export interface ChaosMarket {
  readonly url: string;
  /** Id before the first trade that counts, by symbol. */
  readonly before: Readonly<Record<string, number>>;
  /** No trade happens any more. */
  stop(): void;
  /** Id of the last trade so far, by symbol. */
  last(): Record<string, number>;
  /** All trades that count, as the exchange states them when asked for history. */
  ledger(): AsyncGenerator<Trade>;
  close(): Promise<void>;
}

/** @param speed market time per real time */
export async function startMarket(seed: number, speed: number): Promise<ChaosMarket> {
  const exchange: Exchange = await startExchange({
    seed,
    symbols: SYMBOLS,
    startTime: Date.UTC(2026, 10, 24, 23, 30),
    clock: 'manual',
    weightLimit: 1e9,
    maxConnectionAttempts: 1e9,
  });
  const entries = () => exchange.ledger();
  while (entries().some(({ trades }) => trades === 0)) exchange.advance(1_000);
  const before = Object.fromEntries(entries().map(({ symbol, firstTradeId }) => [symbol, firstTradeId - 1]));
  let since = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    exchange.advance(Math.min(now - since, 10 * TICK_MS) * speed);
    since = now;
  }, TICK_MS);
  return {
    url: exchange.restUrl,
    before,
    stop: () => clearInterval(timer),
    last: () => Object.fromEntries(entries().map(({ symbol, lastTradeId }) => [symbol, lastTradeId])),
    async *ledger() {
      const rest = createRest({ restUrl: exchange.restUrl });
      // The client keeps to the usual limit by itself; this exchange states its own.
      await rest.exchangeInfo([...SYMBOLS]);
      for (const { symbol, firstTradeId, lastTradeId } of entries()) {
        for (let id = firstTradeId; id <= lastTradeId; id += PAGE)
          yield* await rest.historicalTrades(symbol, id, PAGE);
      }
      await rest.close();
    },
    async close() {
      clearInterval(timer);
      await exchange.close();
    },
  };
}

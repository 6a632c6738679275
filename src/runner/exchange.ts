import type { Settings } from '../configuration/index.ts';
import { startExchange } from '../exchange/index.ts';
import { createRest, type RestClient } from '../fetcher/index.ts';
import type { DataSource } from '../market/index.ts';

/** Addresses of the exchange that the settings mean, a client for it, and how to let go of both. */
export interface Connection {
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly rest: RestClient;
  close(): Promise<void>;
}

/** What `checkExchange` found. */
export interface ExchangeCheck {
  readonly source: DataSource;
  /** The tracked pairs, all of which the exchange lists. */
  readonly symbols: readonly string[];
  /** Duration of the request, ms. */
  readonly roundTripMs: number;
}

/**
 * Connects to the exchange of the settings. Host `simulated` without an address starts the embedded exchange in
 * this process, with the settings' seed; `close()` ends it again.
 */
export async function connect(settings: Settings): Promise<Connection> {
  if (settings.restUrl) {
    const { restUrl, wsUrl } = settings;
    const rest = createRest({ restUrl });
    return { restUrl, wsUrl, rest, close: () => rest.close() };
  }
  const exchange = await startExchange({ seed: settings.seed });
  const { restUrl, wsUrl } = exchange;
  const rest = createRest({ restUrl });
  const close = async () => {
    await rest.close();
    await exchange.close();
  };
  return { restUrl, wsUrl, rest, close };
}

/**
 * Asks the exchange for the tracked pairs, before anything depends on them.
 *
 * @throws CandlebookError SYMBOL_UNKNOWN, HOST_UNREACHABLE, REGION_BLOCKED and what else a request can meet
 */
export async function checkExchange(settings: Settings): Promise<ExchangeCheck> {
  const connection = await connect(settings);
  try {
    const begin = performance.now();
    await connection.rest.exchangeInfo([...settings.symbols]);
    return {
      source: connection.rest.source,
      symbols: settings.symbols,
      roundTripMs: performance.now() - begin,
    };
  } finally {
    await connection.close();
  }
}

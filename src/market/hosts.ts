/** Addresses of Binance's spot API, without trailing slashes. */
export interface HostAddresses {
  readonly restUrl: string;
  readonly wsUrl: string;
}

/**
 * `data-only` serves market data of binance.com without an account and without a region block; it has no
 * `historicalTrades` and no `ticker/tradingDay`.
 */
export const HOSTS = {
  'binance.us': { restUrl: 'https://api.binance.us', wsUrl: 'wss://stream.binance.us:9443' },
  'binance.com': { restUrl: 'https://api.binance.com', wsUrl: 'wss://stream.binance.com:9443' },
  'data-only': { restUrl: 'https://data-api.binance.vision', wsUrl: 'wss://data-stream.binance.vision' },
} as const satisfies Record<string, HostAddresses>;

export type HostPreset = keyof typeof HOSTS;

/** Clients of the exchange that the feed is compared with. */
export const FEED_PEERS = { binance: '3.6.5', ccxt: '4.5.84' } as const;

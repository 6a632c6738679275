export { exchangeCommand } from './command.ts';
export type { ExchangeCounters } from './counters.ts';
export { type Exchange, type LedgerEntry, startExchange } from './exchange.ts';
export type { ExchangeOptions } from './options.ts';

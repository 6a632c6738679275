export type { ExchangeCounters } from './counters.ts';
export { type Exchange, startExchange } from './exchange.ts';
export type { FaultOptions } from './faults/faults.ts';
export { injectFault } from './faults/inject.ts';
export { FAULT_KINDS, type FaultKind, type RestFault } from './faults/kinds.ts';
export type { LedgerEntry } from './ledger.ts';
export { listen } from './listen.ts';
export type { ExchangeOptions } from './options.ts';
export { type SimulatedFeedOptions, simulatedFeed } from './simulated-feed.ts';

export { later } from './later.ts';
export { type StopAsked, stopOnSignals } from './stop.ts';

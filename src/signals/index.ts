export { type StopAsked, stopOnSignals } from './stop.ts';

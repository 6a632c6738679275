import { setTimeout as sleep } from 'node:timers/promises';
import { CandlebookError } from '../../market/index.ts';
import { persist } from '../rest/persist.ts';
import type { BackFill } from './back-fill.ts';
import type { Numbered, TradeSequence } from './sequence.ts';

/**
 * Where a feed begins: a time (epoch ms), or for each symbol the id of the last trade that the caller has. The feed
 * then brings the trades after it, each once and in order, the past by REST and the present by the stream. Symbols
 * that are not named begin with the first trade that is seen.
 *
 * A reader that keeps the id of the last `trade` event of each symbol, or `toId` of its last `gap` event where that
 * came later, and starts again with these ids, has every trade exactly once.
 */
export type Since = number | Readonly<Record<string, number>>;

export interface BeginningOptions {
  /** How long a request may go on failing, ms. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

const PAUSE_MS = 500;
/** The exchange's answers may lag behind its streams by so much. */
const LAG_MS = 3_000;

/**
 * Tells a sequence where to begin. It runs when the stream is already open, so that all trades after the answers come
 * by the stream, and history and live meet without a seam.
 *
 * @throws CandlebookError INPUT_INVALID where an id lies ahead of the exchange's newest; what a request threw that
 *   did not succeed in time
 */
export async function beginSequence<T extends Numbered>(
  backFill: BackFill<T>,
  symbol: string,
  sequence: TradeSequence<T>,
  since: Since,
  { patienceMs, signal }: BeginningOptions,
): Promise<void> {
  const ask = <R>(question: () => Promise<R>) =>
    persist(question, { deadline: performance.now() + patienceMs, signal });
  if (typeof since === 'number') {
    const first = await ask(() => backFill.firstIdAt(symbol, since));
    const newest = first === undefined ? undefined : await ask(() => backFill.latestId(symbol));
    sequence.startAt(first);
    if (newest !== undefined) sequence.expect(newest);
    return;
  }
  const last = since[symbol];
  if (last === undefined) return;
  const deadline = performance.now() + LAG_MS;
  for (;;) {
    const newest = await ask(() => backFill.latestId(symbol));
    if (signal.aborted) return;
    if (newest !== undefined && newest >= last) return sequence.expect(newest);
    if (performance.now() > deadline)
      throw new CandlebookError(
        'INPUT_INVALID',
        `Trade ${last} of ${symbol} lies ahead of the exchange’s newest, ${newest ?? 'none'}.`,
        {
          value: last,
          hint: 'The id is of another exchange or market; ids of one host hold on that host only.',
        },
      );
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}

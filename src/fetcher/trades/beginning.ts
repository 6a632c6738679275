import { setTimeout as sleep } from 'node:timers/promises';
import { CandlebookError } from '../../market/index.ts';
import type { BackFill } from './back-fill.ts';
import type { TradeSequence } from './sequence.ts';

/** Where trades begin: a time (epoch ms), or for each symbol the id of the last trade that the caller has. */
export type Since = number | Readonly<Record<string, number>>;

export interface BeginningOptions {
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

const PAUSE_MS = 500;

/**
 * Tells each sequence where to begin. It runs when the stream is already open, so that all trades after the answers
 * come by the stream, and history and live meet without a seam.
 *
 * @throws CandlebookError INPUT_INVALID where an id lies ahead of the exchange's newest; what a request threw that
 *   did not succeed in time
 */
export async function beginSequences(
  backFill: BackFill,
  sequences: ReadonlyMap<string, TradeSequence>,
  since: Since | undefined,
  { patienceMs, signal }: BeginningOptions,
): Promise<void> {
  if (since === undefined) return;
  const deadline = performance.now() + patienceMs;
  for (const [symbol, sequence] of sequences) {
    if (typeof since === 'number') {
      const first = await persist(() => backFill.firstIdAt(symbol, since), deadline, signal);
      const newest =
        first === undefined ? undefined : await persist(() => backFill.latestId(symbol), deadline, signal);
      sequence.startAt(first);
      if (newest !== undefined) sequence.expect(newest);
    } else if (since[symbol] !== undefined) {
      const newest = await persist(() => backFill.latestId(symbol), deadline, signal);
      if (newest === undefined || newest < since[symbol]) {
        throw new CandlebookError(
          'INPUT_INVALID',
          `Trade ${since[symbol]} of ${symbol} lies ahead of the exchange’s newest, ${newest ?? 'none'}.`,
          {
            value: since[symbol],
            hint: 'The id is of another exchange or market; ids of one host hold on that host only.',
          },
        );
      }
      sequence.expect(newest);
    }
  }
}

/** Tries again while the error may pass and there is time. */
async function persist<T>(ask: () => Promise<T>, deadline: number, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const passing =
        error instanceof CandlebookError &&
        ['HOST_UNREACHABLE', 'RATE_LIMITED', 'RESPONSE_INVALID', 'BANNED'].includes(error.code);
      if (!passing || signal.aborted || performance.now() > deadline) throw error;
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

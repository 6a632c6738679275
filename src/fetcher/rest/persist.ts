import { setTimeout as sleep } from 'node:timers/promises';
import { CandlebookError } from '../../market/index.ts';
import { mayPass, waitMsOf } from './refusals.ts';

export interface Persistence {
  /** On the clock of `performance.now()`, ms. */
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
  /** Told before each pause. */
  readonly onTrouble?: ((error: CandlebookError) => void) | undefined;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Asks again, after growing pauses, while the error may pass and there is time.
 * @throws the last error; CandlebookError STOPPED by the signal
 */
export async function persist<T>(
  ask: () => Promise<T>,
  { deadline, signal, onTrouble }: Persistence,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    if (signal?.aborted) throw new CandlebookError('STOPPED', 'It was stopped before the exchange answered.');
    try {
      return await ask();
    } catch (error) {
      if (!mayPass(error)) throw error;
      const pause = Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
      const pauseMs = Math.max(waitMsOf(error), pause);
      if (performance.now() + pauseMs > deadline) throw error;
      onTrouble?.(error);
      await sleep(pauseMs, undefined, signal ? { signal } : {}).catch(() => undefined);
    }
  }
}

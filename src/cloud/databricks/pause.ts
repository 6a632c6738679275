import { CandlebookError } from '../../market/index.ts';

/** Waits, unless the signal says to stop. @throws CandlebookError STOPPED */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(stopped());
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject(stopped());
      else resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}

export function stopped(what = 'Stopped while Databricks was asked.'): CandlebookError {
  return new CandlebookError('STOPPED', what);
}

const LONGEST_POLL_MS = 5_000;
const GROWTH = 1.5;

/** Pauses between two looks at what Databricks is doing: from `first` growing to 5 s. */
export function* growingPauses(first: number): Generator<number, never> {
  for (let ms = first; ; ms = Math.min(LONGEST_POLL_MS, ms * GROWTH)) yield ms;
}

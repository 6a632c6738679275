/** Node's timers take no more, ms (24.8 days): asked for more, they end at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Acts once, after `ms` of any length.
 * @returns calls it off
 */
export function later(ms: number, act: () => void): () => void {
  const at = performance.now() + ms;
  let timer: NodeJS.Timeout;
  const wait = () => {
    const left = at - performance.now();
    timer = left > LONGEST_MS ? setTimeout(wait, LONGEST_MS) : setTimeout(act, left);
  };
  wait();
  return () => clearTimeout(timer);
}

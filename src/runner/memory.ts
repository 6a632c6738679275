/** How often it is looked, and how long what was given back may come again before that counts as needed, ms. */
const LOOK_MS = 60_000;
/** So much more than was needed last is worth a collection, which takes some 50 ms. */
const TOO_MUCH = 1.15;

type Collect = (options: { type: 'major'; flavor: 'last-resort' }) => void;

export interface MemoryOptions {
  /** Default: the process's own collector, which is there with `--expose-gc` alone. */
  readonly collect?: Collect | undefined;
  /** Bytes that the process takes. */
  readonly resident?: () => number;
  readonly lookMs?: number;
}

/**
 * Gives back to the system what V8 keeps of a burst: pages that it has freed stay with a process that never idles, so that
 * it takes for ever what it needed once. Only where the process was started with `--expose-gc`, as `candlebook run` and
 * `serve` start themselves; elsewhere nothing is done.
 * @returns what ends that
 */
export function giveMemoryBack({
  collect = (globalThis as { gc?: Collect }).gc,
  resident = () => process.memoryUsage.rss(),
  lookMs = LOOK_MS,
}: MemoryOptions = {}): () => void {
  if (!collect) return () => undefined;
  /** What the process took one look after the last collection: what it works with. */
  let needed: number | undefined;
  let isFresh = false;
  const timer = setInterval(() => {
    if (isFresh || needed === undefined) {
      needed = resident();
      isFresh = false;
    } else if (resident() > needed * TOO_MUCH) {
      collect({ type: 'major', flavor: 'last-resort' });
      isFresh = true;
    }
  }, lookMs).unref();
  return () => clearInterval(timer);
}

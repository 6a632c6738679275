/*
 * The front end's Stop sends SIGINT, on which tslab fails the running cell and leaves its code going. While live
 * figures are shown, the signal ends them instead, so that the cell that awaits them ends well; a cell that is
 * still running a moment later was awaiting something else, and gets the interrupt that it was owed.
 */

type Listener = (...args: never[]) => void;

interface Interruptible {
  interrupt(): Promise<unknown>;
}

const live = new Set<Interruptible>();
let taken: Listener[] | undefined;
let scheduled = false;

/** How long a cell has to end after its figures have stopped. */
const GRACE_MS = 500;

let cellRunning: () => boolean = () => false;

/** Ends `figure` on the next interrupt. Returns what takes it off the list again. */
export function endOnInterrupt(figure: Interruptible, isCellRunning: () => boolean): () => void {
  cellRunning = isCellRunning;
  live.add(figure);
  if (!taken && !scheduled) {
    scheduled = true;
    // Not in the synchronous part of a cell: a handler registered there is lost when the cell's script returns,
    // and the next signal then kills the process.
    setImmediate(() => {
      scheduled = false;
      if (live.size > 0 && !taken) take();
    });
  }
  return () => {
    live.delete(figure);
    if (live.size === 0) giveBack();
  };
}

function take(): void {
  taken = process.listeners('SIGINT') as Listener[];
  process.removeAllListeners('SIGINT');
  process.on('SIGINT', onInterrupt);
}

function giveBack(): void {
  if (!taken) return;
  const listeners = taken;
  taken = undefined;
  process.removeListener('SIGINT', onInterrupt);
  for (const listener of listeners) process.on('SIGINT', listener as NodeJS.SignalsListener);
}

function onInterrupt(): void {
  const owed = taken ?? [];
  void Promise.allSettled([...live].map((figure) => figure.interrupt())).then(() => {
    setTimeout(() => {
      if (cellRunning()) for (const listener of owed) (listener as () => void)();
    }, GRACE_MS).unref();
  });
}

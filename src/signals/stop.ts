/** `npx` and `npm run` pass on the Ctrl-C that the terminal has sent here too: within this time it is the same one, ms. */
const SAME_WITHIN_MS = 500;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 };

/** What a command looks at while it works. */
export interface StopAsked {
  /** Aborted by the first Ctrl-C or SIGTERM, and by `ask`. */
  readonly signal: AbortSignal;
  /** The same without a signal, such as when a time is over. */
  ask(): void;
  /** The command has ended: signals do again what they do. */
  off(): void;
}

/**
 * The signals of a command: the first asks it to stop in its own time, a second one ends the process at once, with exit
 * code 130 (SIGINT) or 143 (SIGTERM).
 */
export function stopOnSignals(): StopAsked {
  const asked = new AbortController();
  let firstAt: number | undefined;
  const onSignal = (name: 'SIGINT' | 'SIGTERM') => {
    firstAt ??= performance.now();
    if (performance.now() - firstAt > SAME_WITHIN_MS) process.exit(EXIT_CODES[name]);
    asked.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: asked.signal,
    ask: () => asked.abort(),
    off: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}

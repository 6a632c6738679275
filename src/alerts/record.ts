import { CandlebookError } from '../market/index.ts';
import type { StateFile } from '../store/index.ts';

/** What alerts keep across restarts; bounded by rules times symbols, and by the queue of the webhook. */
export interface Saved {
  readonly memories?: unknown;
  readonly outbox?: unknown;
}

const VERSION = 1;

export interface RecordOptions {
  readonly file: StateFile;
  readonly state: () => Saved;
  /** False while another run may be writing it. */
  readonly mayWrite: () => boolean;
  readonly onTrouble: (error: CandlebookError) => void;
  readonly onWritten: () => void;
}

/** A state that could not be written is written again after so long, ms. */
const AGAIN_MS = 10_000;

/** Writes the newest state, one write at a time: whoever asks during one waits for the next, which holds it all. */
export class Record {
  readonly #options: RecordOptions;
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #again: NodeJS.Timeout | undefined;

  constructor(options: RecordOptions) {
    this.#options = options;
  }

  /** Resolves when a state no older than now is written, or could not be: that is told, and alerts go on. */
  save(): Promise<void> {
    if (!this.#writing) return this.#write();
    this.#next ??= this.#writing.then(() => {
      this.#next = undefined;
      return this.#write();
    });
    return this.#next;
  }

  /** The last state; nothing is written after it. */
  async close(): Promise<void> {
    await this.save();
    clearTimeout(this.#again);
  }

  #write(): Promise<void> {
    const { file, state, mayWrite, onTrouble, onWritten } = this.#options;
    clearTimeout(this.#again);
    if (!mayWrite()) return Promise.resolve();
    this.#writing = file
      .write(`${JSON.stringify({ version: VERSION, ...state() })}\n`)
      .then(onWritten, (error) => {
        this.#again = setTimeout(() => void this.save(), AGAIN_MS).unref();
        onTrouble(error);
      })
      .finally(() => {
        this.#writing = undefined;
      });
    return this.#writing;
  }
}

/** What a run before this one saved. A file that can not be understood is told of, and counts for none. */
export async function savedIn(file: StateFile, onTrouble: (error: CandlebookError) => void): Promise<Saved> {
  const text = await file.read();
  if (text === undefined) return {};
  try {
    const saved = JSON.parse(text) as Saved & { version?: unknown };
    if (saved.version === VERSION) return saved;
  } catch {
    // Told below, as a file of another version is.
  }
  onTrouble(
    new CandlebookError('TABLE_INVALID', `The alerts’ state at ${file.location} can not be read.`, {
      value: file.location,
      hint: 'It is written anew; an alert that was told before may be told once more.',
    }),
  );
  return {};
}

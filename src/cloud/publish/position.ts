import { CandlebookError } from '../../market/index.ts';
import type { StateFile } from '../../store/index.ts';

/**
 * How far a topic has been filled: the id of the last trade of each symbol that the broker has acknowledged. Written
 * after the acknowledgement and never before, so that a restart repeats a little and leaves nothing out. Publishers of
 * one topic share the file, each with its symbols.
 */
export class Position {
  readonly #file: StateFile;
  readonly #last: Map<string, number>;
  #isWritten = true;

  private constructor(file: StateFile, last: Map<string, number>) {
    this.#file = file;
    this.#last = last;
  }

  /** @throws CandlebookError TABLE_INVALID on a file that is none, ACCESS_DENIED */
  static async open(file: StateFile): Promise<Position> {
    const text = await file.read();
    return new Position(file, text === undefined ? new Map() : parse(text, file.location));
  }

  get location(): string {
    return this.#file.location;
  }

  /** For `liveFeed({ since })`: `undefined` where none of these symbols was published yet. */
  since(symbols: readonly string[]): Record<string, number> | undefined {
    const known = symbols.flatMap((symbol) => {
      const id = this.#last.get(symbol);
      return id === undefined ? [] : [[symbol, id] as const];
    });
    return known.length === 0 ? undefined : Object.fromEntries(known);
  }

  /** Whether the broker has acknowledged this trade. */
  has(symbol: string, id: number): boolean {
    return id <= (this.#last.get(symbol) ?? -1);
  }

  /**
   * Notes where a symbol begins, so that a kill before the first acknowledgement leaves no hole.
   * @returns whether this is new, and so has to be written before the trade is sent
   */
  begin(symbol: string, id: number): boolean {
    if (this.#last.has(symbol)) return false;
    this.acknowledge(symbol, id - 1);
    return true;
  }

  acknowledge(symbol: string, id: number): void {
    this.#last.set(symbol, id);
    this.#isWritten = false;
  }

  /** @throws CandlebookError TABLE_UNWRITABLE; TABLE_INVALID on a file that somebody has spoilt meanwhile */
  async write(): Promise<void> {
    if (this.#isWritten) return;
    this.#isWritten = true;
    try {
      await this.#takeOver();
      await this.#file.write(JSON.stringify({ lastTradeId: Object.fromEntries(this.#last) }));
    } catch (error) {
      this.#isWritten = false;
      throw error;
    }
  }

  /** What another publisher has written meanwhile. */
  async #takeOver(): Promise<void> {
    const text = await this.#file.read();
    if (text === undefined) return;
    for (const [symbol, id] of parse(text, this.location))
      if (id > (this.#last.get(symbol) ?? Number.NEGATIVE_INFINITY)) this.#last.set(symbol, id);
  }
}

function parse(text: string, location: string): Map<string, number> {
  try {
    const { lastTradeId } = JSON.parse(text) as { lastTradeId: Record<string, number> };
    const entries = Object.entries(lastTradeId);
    if (entries.every(([, id]) => Number.isSafeInteger(id))) return new Map(entries);
  } catch {
    // Told below: what is in the file is no position, whatever way it fails.
  }
  throw new CandlebookError('TABLE_INVALID', `${location} is no position of a publisher.`, {
    value: text.slice(0, 200),
    hint: 'Remove the file to publish from now on; the trades between are then missing from the topic.',
  });
}

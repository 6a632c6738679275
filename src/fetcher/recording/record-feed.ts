import { CandlebookError, type DataSource, type Feed, type MarketEvent } from '../../market/index.ts';
import type { BookLevels } from '../book/order-book.ts';
import { CaptureFile } from './capture-file.ts';
import { levels, toFrame } from './frames.ts';

export interface RecordOptions {
  /** File that is created, gzip: `.gz` is its ending. */
  readonly file: string;
  /** A further file is begun after so many bytes: `name.2.gz`, `name.3.gz`. Default 512 MiB. */
  readonly maxFileBytes?: number;
  /**
   * Where snapshots of order books come from: one is kept with the first depth update of a symbol, so that the
   * recording can be replayed by the exchange with its books.
   */
  readonly rest?: { depth(symbol: string, limit?: number): Promise<BookLevels> };
}

export interface RecordingFeed extends Feed {
  /** Events written, and the files that hold them. */
  readonly written: number;
  readonly files: readonly string[];
}

const SNAPSHOT_LEVELS = 5_000;

/**
 * A feed that yields what another one does, and writes it down on the way. An event is on its way to the file before
 * it is yielded; the file is whole when the loop has ended, and up to the last second where the process is killed.
 * Where nothing came, no file is kept: the same name can be tried again.
 *
 * @throws CandlebookError INPUT_INVALID from the iterator, where the file can not be written or is there already
 */
export function recordFeed(feed: Feed, options: RecordOptions): RecordingFeed {
  return new Recorder(feed, options);
}

class Recorder implements RecordingFeed {
  written = 0;
  readonly #feed: Feed;
  readonly #options: RecordOptions;
  readonly #file: CaptureFile;
  readonly #snapshots = new Set<string>();
  readonly #asked: Promise<void>[] = [];

  constructor(feed: Feed, options: RecordOptions) {
    this.#feed = feed;
    this.#options = options;
    this.#file = new CaptureFile(options.file, options.maxFileBytes ?? 512 * 1024 * 1024);
  }

  get source(): DataSource | undefined {
    return this.#feed.source;
  }

  get files(): readonly string[] {
    return this.#file.paths;
  }

  close(): Promise<void> {
    return this.#feed.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<MarketEvent, void, undefined> {
    try {
      await this.#file.open();
      for await (const event of this.#feed) {
        const full = this.#file.write(toFrame(event));
        this.written++;
        if (event.type === 'depth') this.#keepSnapshot(event.symbol);
        if (full) await full;
        yield event;
      }
    } finally {
      await this.#feed.close();
      await Promise.all(this.#asked);
      if (this.written > 0) await this.#file.close();
      else await this.#file.discard();
    }
  }

  #keepSnapshot(symbol: string): void {
    const { rest } = this.#options;
    if (!rest || this.#snapshots.has(symbol)) return;
    this.#snapshots.add(symbol);
    const asked = rest.depth(symbol, SNAPSHOT_LEVELS).then(
      ({ lastUpdateId, bids, asks }) => {
        const text = JSON.stringify({ lastUpdateId, symbol, bids: levels(bids), asks: levels(asks) });
        this.#file.write(text);
      },
      (error: unknown) => {
        // Without its snapshot the recording is still whole; the next change asks again.
        if (!(error instanceof CandlebookError)) throw error;
        if (error.code !== 'STOPPED') this.#snapshots.delete(symbol);
      },
    );
    this.#asked.push(asked);
  }
}

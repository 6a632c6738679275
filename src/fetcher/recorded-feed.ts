import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { CandlebookError, type Feed, type MarketEvent } from '../market/index.ts';
import { parseFrame } from './wire/plain.ts';

export interface RecordedFeedOptions {
  /** Captures: gzip, a frame a line, `<receive time, ns> <JSON>`. Merged by receive time. */
  readonly files: readonly string[];
  readonly signal?: AbortSignal;
}

interface Line {
  readonly at: bigint;
  readonly frame: string;
}

/**
 * Captured frames as a feed, as fast as they are read. Lines that are no stream events (a REST snapshot between
 * them) are passed over.
 * @throws CandlebookError from the iterator: INPUT_INVALID for a file that can not be read, naming it
 */
export function recordedFeed({ files, signal }: RecordedFeedOptions): Feed {
  let closed = signal?.aborted ?? false;
  signal?.addEventListener('abort', () => {
    closed = true;
  });
  return {
    source: 'recorded',
    async close() {
      closed = true;
    },
    async *[Symbol.asyncIterator](): AsyncGenerator<MarketEvent, void, undefined> {
      yield { type: 'connect', at: Date.now(), url: files.join(', '), source: 'recorded', attempt: 1 };
      for await (const { frame } of mergeByTime(files.map(readLines))) {
        if (closed) return;
        const event = parseFrame(frame);
        if (event && event.type !== 'answer' && event.type !== 'serverShutdown') yield event;
      }
    },
  };
}

async function* readLines(file: string): AsyncGenerator<Line, void, undefined> {
  const input = createReadStream(file);
  const unzipped = input.pipe(createGunzip());
  input.on('error', (error) => unzipped.destroy(error));
  try {
    for await (const line of createInterface({ input: unzipped, crlfDelay: Number.POSITIVE_INFINITY })) {
      const space = line.indexOf(' ');
      if (space > 0) yield { at: BigInt(line.slice(0, space)), frame: line.slice(space + 1) };
    }
  } catch (cause) {
    throw new CandlebookError(
      'INPUT_INVALID',
      `The recording ${file} can not be read: ${(cause as Error).message}.`,
      {
        value: file,
        hint: 'A capture is a gzip file with a line for each frame: receive time in ns, a space, the frame.',
        cause,
      },
    );
  } finally {
    input.destroy();
  }
}

/** Several ordered streams as one; on equal times, the earlier of the list first. */
async function* mergeByTime(
  streams: AsyncGenerator<Line, void, undefined>[],
): AsyncGenerator<Line, void, undefined> {
  const heads = await Promise.all(streams.map((stream) => stream.next()));
  try {
    for (;;) {
      let first = -1;
      for (let i = 0; i < heads.length; i++) {
        const head = heads[i]!;
        if (head.done) continue;
        const leader = first < 0 ? undefined : heads[first]!;
        if (!leader || leader.done || head.value.at < leader.value.at) first = i;
      }
      const head = heads[first];
      if (!head || head.done) return;
      yield head.value;
      heads[first] = await streams[first]!.next();
    }
  } finally {
    await Promise.all(streams.map((stream) => stream.return()));
  }
}

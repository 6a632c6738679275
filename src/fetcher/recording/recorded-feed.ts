import { setTimeout as sleep } from 'node:timers/promises';
import { CandlebookError, type Feed, type FeedEvent, type MarketEvent } from '../../market/index.ts';
import { parseFrame } from '../wire/index.ts';
import { type CapturedLine, readCapture } from './capture.ts';
import { FEED_KEY } from './frames.ts';

export interface RecordedFeedOptions {
  /**
   * Captures, gzip or plain: a frame a line, `<receive time, ns> <JSON>`. Merged by receive time. What `recordFeed`
   * and `candlebook record` write, and what others write in this form.
   */
  readonly files: readonly string[];
  /** Recorded time per real time: 1 as it was, 10 ten times as fast. Default: as fast as it is read. */
  readonly speed?: number;
  /** Trades and aggregates carry the exchange's own text of price and quantity. */
  readonly keepText?: boolean;
  readonly signal?: AbortSignal;
}

/** Shorter waits are left to add up. */
const LEAST_WAIT_MS = 2;

/**
 * A recording as a feed: the same events in the same order, at any speed; only its source is `recorded`. Lines that
 * are no events (a REST snapshot between them) are passed over; a damaged frame is an `error` event.
 * @throws CandlebookError from the iterator: INPUT_INVALID for a file that can not be read, naming it; at once for a
 *   speed that is none
 */
export function recordedFeed(options: RecordedFeedOptions): Feed {
  const { speed, files } = options;
  if (speed !== undefined && !(speed > 0 && speed <= 1e6))
    throw new CandlebookError('INPUT_INVALID', `A recording can not be replayed at speed ${speed}.`, {
      value: speed,
      hint: 'Use a number above 0, such as 1 or 10; leave it out to read as fast as possible.',
    });
  if (files.length === 0)
    throw new CandlebookError('INPUT_INVALID', 'No recording was given.', {
      value: files,
      hint: 'Give one or more capture files.',
    });
  return new RecordedFeed(options);
}

class RecordedFeed implements Feed {
  readonly source = 'recorded';
  readonly #options: RecordedFeedOptions;
  readonly #stop = new AbortController();

  constructor(options: RecordedFeedOptions) {
    this.#options = options;
    if (options.signal?.aborted) this.#stop.abort();
    else options.signal?.addEventListener('abort', () => this.#stop.abort(), { once: true });
  }

  async close(): Promise<void> {
    this.#stop.abort();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<MarketEvent, void, undefined> {
    const { files, speed, keepText = false } = this.#options;
    const { signal } = this.#stop;
    let connected = false;
    let first: number | undefined;
    let began = performance.now();
    for await (const { received, text } of mergeByTime(files.map(readCapture))) {
      if (signal.aborted) return;
      if (first === undefined) {
        first = received;
        began = performance.now();
      }
      if (speed !== undefined) {
        const wait = (received - first) / speed - (performance.now() - began);
        if (wait >= LEAST_WAIT_MS) await sleep(wait, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return;
      }
      const event = readEvent(text, received, keepText);
      if (!event) continue;
      if (!connected && event.type !== 'connect') {
        yield { type: 'connect', at: received, url: files.join(', '), source: 'recorded', attempt: 1 };
        if (signal.aborted) return;
      }
      connected = true;
      yield event;
    }
  }
}

function readEvent(text: string, at: number, keepText: boolean): MarketEvent | undefined {
  try {
    if (text.startsWith(`{"${FEED_KEY}":`)) {
      const event = (JSON.parse(text) as Record<string, FeedEvent>)[FEED_KEY]!;
      return event.type === 'connect' ? { ...event, source: 'recorded' } : event;
    }
    const event = parseFrame(text, keepText);
    return event?.type === 'answer' || event?.type === 'serverShutdown' ? undefined : event;
  } catch (error) {
    const { code, message } =
      error instanceof CandlebookError
        ? error
        : { code: 'RESPONSE_INVALID', message: `A line of the recording is not JSON: ${text.slice(0, 80)}` };
    return { type: 'error', at, code, message };
  }
}

/** Several ordered streams as one; on equal times, the earlier of the list first. */
async function* mergeByTime(
  streams: AsyncGenerator<CapturedLine, void, undefined>[],
): AsyncGenerator<CapturedLine, void, undefined> {
  const heads = await Promise.all(streams.map((stream) => stream.next()));
  try {
    for (;;) {
      let first = -1;
      for (let i = 0; i < heads.length; i++) {
        const head = heads[i]!;
        if (head.done) continue;
        const leader = first < 0 ? undefined : heads[first]!;
        if (!leader || leader.done || head.value.received < leader.value.received) first = i;
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

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CandlebookError } from '../../market/index.ts';

/** One line of a capture file. */
export interface CapturedLine {
  /** When it was received, by the recorder's clock, epoch ms with fraction. */
  readonly received: number;
  /** JSON text: a combined-stream frame `{stream, data}`, or a REST depth snapshot. */
  readonly text: string;
}

/**
 * Reads a capture file, gzip or plain text, line by line. A line is the receive time in nanoseconds, a space
 * and the JSON text. @throws CandlebookError RESPONSE_INVALID
 */
export async function* readCapture(path: string): AsyncGenerator<CapturedLine> {
  let number = 0;
  try {
    for await (const line of createInterface({ input: open(path), crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (line === '') continue;
      const space = line.indexOf(' ');
      const received = Number(line.slice(0, space)) / 1e6;
      if (space < 1 || !Number.isFinite(received) || line[space + 1] !== '{')
        throw new Error(`not "<ns> <JSON>": ${line.slice(0, 60)}`);
      yield { received, text: line.slice(space + 1) };
    }
  } catch (error) {
    throw new CandlebookError(
      'RESPONSE_INVALID',
      `Recording ${path}, line ${number}: ${(error as Error).message}.`,
      {
        value: path,
        hint: 'Give capture files whose lines are "<receive time, ns> <combined-stream frame>", gzip or plain.',
        cause: error,
      },
    );
  }
}

function open(path: string): Readable {
  const file = createReadStream(path);
  if (!path.endsWith('.gz')) return file;
  const plain = createGunzip();
  file.on('error', (error) => plain.destroy(error));
  return file.pipe(plain);
}

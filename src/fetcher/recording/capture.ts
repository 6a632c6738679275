import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { CandlebookError } from '../../market/index.ts';

/** One line of a capture file. */
export interface CapturedLine {
  /** When it was received, by the recorder's clock, epoch ms with fraction. */
  readonly received: number;
  /** JSON text: a combined-stream frame `{stream, data}`, or a REST depth snapshot. */
  readonly text: string;
}

/**
 * Reads a capture file, gzip or plain text, line by line. A line is the receive time in nanoseconds, a space and the
 * JSON text. Where its writer was killed, the last, half line is left out.
 * @throws CandlebookError INPUT_INVALID for a file that can not be read, or a line that is none, with its number
 */
export async function* readCapture(path: string): AsyncGenerator<CapturedLine, void, undefined> {
  let number = 0;
  let damaged: string | undefined;
  const input = open(path);
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (damaged !== undefined) throw new Error(`not "<ns> <JSON>": ${damaged}`);
      number++;
      if (line === '') continue;
      const space = line.indexOf(' ');
      const received = Number(line.slice(0, space)) / 1e6;
      // Only the last line may be a part of one.
      if (space < 1 || !Number.isFinite(received) || line[space + 1] !== '{' || !line.endsWith('}'))
        damaged = line.slice(0, 60);
      else yield { received, text: line.slice(space + 1) };
    }
    if (damaged !== undefined && number === 1) throw new Error(`not "<ns> <JSON>": ${damaged}`);
  } catch (cause) {
    throw new CandlebookError(
      'INPUT_INVALID',
      `Recording ${path}, line ${number}: ${(cause as Error).message}.`,
      {
        value: path,
        hint: 'Give capture files whose lines are "<receive time, ns> <combined-stream frame>", gzip or plain.',
        cause,
      },
    );
  } finally {
    input.destroy();
  }
}

function open(path: string): Readable {
  const file = createReadStream(path);
  if (!path.endsWith('.gz')) return file;
  // A file whose writer was killed ends in the middle: all before that is good.
  const plain = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  file.on('error', (error) => plain.destroy(error));
  plain.on('close', () => file.destroy());
  return file.pipe(plain);
}

import { open, rename, rm } from 'node:fs/promises';
import { CandlebookError } from '../market/index.ts';

/**
 * Makes a file that is there whole or not at all: it is written under another name beside its place, brought to the
 * disk, and then renamed. What was there before is replaced.
 *
 * @param write fills the file of the name that it is given
 * @throws CandlebookError INPUT_INVALID where the system refuses; what `write` throws of its own accord
 */
export async function writeWhole<T>(file: string, write: (part: string) => Promise<T>): Promise<T> {
  const part = `${file}.${process.pid}.tmp`;
  try {
    const result = await write(part);
    const written = await open(part, 'r+');
    await written.sync().finally(() => written.close());
    await rename(part, file);
    return result;
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined);
    if (!(cause as NodeJS.ErrnoException).syscall) throw cause;
    throw new CandlebookError('INPUT_INVALID', `${file} can not be written: ${(cause as Error).message}.`, {
      value: file,
      hint: 'Choose a file in a folder that exists, can be written and has room.',
      cause,
    });
  }
}

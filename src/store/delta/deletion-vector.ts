import { CandlebookError } from '../../market/index.ts';
import type { Files } from '../files/index.ts';
import type { DeletionVector } from './actions.ts';

/*
 * Rows of a data file that are deleted without the file being written again: a bitmap of row numbers, within the
 * log or in a file beside the data (protocol, "Deletion Vectors"; bitmaps in the portable Roaring format).
 */

const MAGIC = 1_681_511_377;

/** Numbers of the rows that are deleted. @throws CandlebookError TABLE_INVALID when it can not be read or counted */
export async function deletedRows(files: Files, vector: DeletionVector): Promise<ReadonlySet<number>> {
  const where = vector.storageType === 'i' ? 'the log' : vectorPath(vector);
  try {
    const rows = readBitmap(await bitmapBytes(files, vector));
    if (rows.size === vector.cardinality) return rows;
    throw new RangeError(`it holds ${rows.size} rows, and the log says ${vector.cardinality}`);
  } catch (cause) {
    if (cause instanceof CandlebookError) throw cause;
    throw new CandlebookError(
      'TABLE_INVALID',
      `A deletion vector in ${where} of ${files.location} can not be read: ${(cause as Error).message}.`,
      {
        value: where,
        hint: 'Restore the file from a backup, or read an earlier version of the table.',
        cause,
      },
    );
  }
}

async function bitmapBytes(files: Files, vector: DeletionVector): Promise<DataView> {
  const { storageType, pathOrInlineDv, offset = 0, sizeInBytes } = vector;
  if (storageType === 'i') return view(decodeZ85(pathOrInlineDv).subarray(0, sizeInBytes));
  // A length before it and a checksum after it, of four bytes each.
  const bytes = await files.read(vectorPath(vector), { start: offset, end: offset + 4 + sizeInBytes });
  if (!bytes) throw new RangeError('the file is missing');
  if (bytes.length < 4 + sizeInBytes) throw new RangeError('the file is cut short');
  if (view(bytes).getInt32(0) !== sizeInBytes)
    throw new RangeError('the sizes in the file and in the log differ');
  return view(bytes.subarray(4));
}

function vectorPath({ storageType, pathOrInlineDv }: DeletionVector): string {
  if (storageType !== 'u') return pathOrInlineDv;
  const id = Buffer.from(decodeZ85(pathOrInlineDv.slice(-20))).toString('hex');
  const uuid = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const folder = pathOrInlineDv.slice(0, -20);
  return `${folder === '' ? '' : `${folder}/`}deletion_vector_${uuid}.bin`;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const Z85 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

function decodeZ85(text: string): Uint8Array {
  const bytes = new DataView(new ArrayBuffer((text.length / 5) * 4));
  for (let at = 0; at < text.length; at += 5) {
    let value = 0;
    for (const character of text.slice(at, at + 5)) value = value * 85 + Z85.indexOf(character);
    bytes.setUint32((at / 5) * 4, value);
  }
  return new Uint8Array(bytes.buffer);
}

function readBitmap(bytes: DataView): Set<number> {
  if (bytes.getInt32(0, true) !== MAGIC) throw new RangeError('it is of an unknown format');
  const rows = new Set<number>();
  let at = 12;
  for (let left = Number(bytes.getBigInt64(4, true)); left > 0; left--) {
    const high = bytes.getUint32(at, true) * 2 ** 32;
    at = readRoaring(bytes, at + 4, (low) => rows.add(high + low));
  }
  return rows;
}

const WITHOUT_RUNS = 12_346;
const WITH_RUNS = 12_347;
/** Bitmaps with runs have offsets only from so many containers on. */
const OFFSETS_FROM = 4;
/** A container with more rows than this is a bitmap of 8 KiB, one with fewer a list. */
const LONGEST_LIST = 4096;

/** One bitmap of 32-bit numbers. @returns where it ends */
function readRoaring(bytes: DataView, start: number, add: (row: number) => void): number {
  const cookie = bytes.getUint32(start, true);
  const withRuns = (cookie & 0xffff) === WITH_RUNS;
  if (!withRuns && cookie !== WITHOUT_RUNS) throw new RangeError('it holds a bitmap of an unknown format');
  const containers = withRuns ? (cookie >>> 16) + 1 : bytes.getUint32(start + 4, true);
  const runs = start + 4;
  const isRun = (index: number) =>
    withRuns && ((bytes.getUint8(runs + (index >> 3)) >> (index & 7)) & 1) === 1;
  const headers = withRuns ? runs + Math.ceil(containers / 8) : start + 8;
  let at = headers + 4 * containers;
  if (!withRuns || containers >= OFFSETS_FROM) at += 4 * containers;
  for (let index = 0; index < containers; index++) {
    const high = bytes.getUint16(headers + 4 * index, true) * 2 ** 16;
    const count = bytes.getUint16(headers + 4 * index + 2, true) + 1;
    if (isRun(index)) {
      const runCount = bytes.getUint16(at, true);
      for (let run = 0; run < runCount; run++) {
        const first = bytes.getUint16(at + 2 + 4 * run, true);
        const more = bytes.getUint16(at + 4 + 4 * run, true);
        for (let low = first; low <= first + more; low++) add(high + low);
      }
      at += 2 + 4 * runCount;
    } else if (count <= LONGEST_LIST) {
      for (let one = 0; one < count; one++) add(high + bytes.getUint16(at + 2 * one, true));
      at += 2 * count;
    } else {
      for (let low = 0; low < 2 ** 16; low++) {
        if ((bytes.getUint8(at + (low >> 3)) >> (low & 7)) & 1) add(high + low);
      }
      at += 2 ** 13;
    }
  }
  return at;
}

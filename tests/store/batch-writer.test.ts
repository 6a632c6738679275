import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CandlebookError } from '../../src/market/index.ts';
import { BatchWriter } from '../../src/store/batch-writer.ts';

/** A sink that fails as often as it is told to, and keeps what it was given. */
function sink(failures = 0) {
  const calls: [batch: number, rows: string][] = [];
  const kept: string[] = [];
  let left = failures;
  return {
    calls,
    kept,
    sizeOf: () => 10,
    async write(rows: readonly string[], batch: number) {
      calls.push([batch, rows.join('')]);
      await new Promise((resolve) => setImmediate(resolve));
      if (left-- > 0) throw new CandlebookError('TABLE_UNWRITABLE', 'the disk is full.');
      kept.push(...rows);
      return { version: batch };
    },
  };
}
const never = { maxAgeMs: 3_600_000 };

test('a batch is written by its number of rows, its bytes, or its age', async () => {
  const byRows = sink();
  const rows = new BatchWriter(byRows, { ...never, maxRows: 3 });
  await Promise.all([rows.add(['a', 'b']), rows.add(['c'])]);
  expect(byRows.calls).toEqual([[1, 'abc']]);
  const byBytes = sink();
  const bytes = new BatchWriter(byBytes, { ...never, maxBytes: 20 });
  await Promise.all([bytes.add(['a']), bytes.add(['b'])]);
  expect(byBytes.calls).toEqual([[1, 'ab']]);
  const byAge = sink();
  const age = new BatchWriter(byAge, { maxAgeMs: 5 });
  await Promise.all([age.add(['a']), age.add(['b'])]);
  expect(byAge.calls).toEqual([[1, 'ab']]);
});

test('a batch that failed is tried again as it was, in its turn; nothing is lost and nothing doubled', async () => {
  const flaky = sink(2);
  const writer = new BatchWriter(flaky, { ...never, maxRows: 2 });
  const first = writer.add(['a', 'b']);
  await expect(first).rejects.toMatchObject({ code: 'TABLE_UNWRITABLE' });
  expect(writer.waitingRows).toBe(2);
  writer.add(['c']); // nobody looks at this promise: its failure is told by flush
  await expect(writer.flush()).rejects.toMatchObject({ code: 'TABLE_UNWRITABLE' });
  expect(writer.waitingRows).toBe(3);
  await writer.close();
  expect(flaky.calls).toEqual([
    [1, 'ab'],
    [1, 'ab'],
    [1, 'ab'],
    [2, 'c'],
  ]);
  expect(flaky.kept).toEqual(['a', 'b', 'c']);
  expect(writer.waitingRows).toBe(0);
});

test('by itself, too, once the storage takes them again', async () => {
  const flaky = sink(1);
  const writer = new BatchWriter(flaky, { maxAgeMs: 5 });
  await expect(writer.add(['a'])).rejects.toThrow('the disk is full');
  await expect.poll(() => flaky.kept).toEqual(['a']);
});

test('close says that rows could not be written, and how many still wait can be asked', async () => {
  const writer = new BatchWriter(sink(5), never);
  writer.add(['a', 'b']);
  await expect(writer.close()).rejects.toThrow('the disk is full');
  expect(writer.waitingRows).toBe(2);
  await expect(writer.add(['c'])).rejects.toMatchObject({ code: 'STOPPED' });
});

test('so many rows may wait, and no more', async () => {
  const writer = new BatchWriter(sink(9), { ...never, maxWaitingRows: 3 });
  writer.add(['a', 'b']);
  await expect(writer.add(['c', 'd'])).rejects.toMatchObject({ code: 'TABLE_UNWRITABLE', value: 2 });
  writer.add(['e']);
  expect(writer.waitingRows).toBe(3);
});

test('rows that come while a batch is being written go into the next', async () => {
  const slow = sink();
  const writer = new BatchWriter(slow, { ...never, maxRows: 2 });
  const first = writer.add(['a', 'b']);
  const second = writer.add(['c']);
  await Promise.all([first, writer.close()]);
  expect(await second).toEqual({ version: 2 });
  expect(slow.calls).toEqual([
    [1, 'ab'],
    [2, 'c'],
  ]);
});

describe('commits a minute', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => vi.useRealTimers());

  /** Rows spread evenly over a minute, and its last batch. @returns how many commits they were */
  async function minute(rowsASecond: number): Promise<number> {
    let commits = 0;
    const writer = new BatchWriter<string>({
      sizeOf: () => 90,
      write: async () => ({ version: ++commits }),
    });
    for (let ms = 0; ms < 60_000; ms += 10) {
      for (let rows = (rowsASecond * ms) / 1_000; rows < (rowsASecond * (ms + 10)) / 1_000; rows++)
        writer.push('row');
      await vi.advanceTimersByTimeAsync(10);
    }
    await writer.close();
    return commits;
  }

  test.each([
    [1, 6],
    [100, 6],
    [1_000, 6],
    [5_000, 30],
    [10_000, 60],
  ])('%i rows a second are %i', async (rows, commits) => {
    expect(await minute(rows)).toBe(commits);
  });
});

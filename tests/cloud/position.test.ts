import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { brokerOf, openPosition } from '../../src/cloud/index.ts';
import { openStateFile } from '../../src/store/index.ts';

const broker = brokerOf('127.0.0.1:9092');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candlebook-position-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('what was acknowledged and written is known after a restart, what was not is not', async () => {
  const position = await openPosition(folder, 'live', broker, 'crypto-stream');
  expect(position.since(['BTCUSDT'])).toBeUndefined();
  expect(position.begin('BTCUSDT', 7)).toBe(true);
  expect(position.begin('BTCUSDT', 8)).toBe(false);
  await position.write();
  position.acknowledge('BTCUSDT', 9);

  const again = await openPosition(folder, 'live', broker, 'crypto-stream');
  expect(again.since(['BTCUSDT', 'ETHUSDT'])).toEqual({ BTCUSDT: 6 });
  expect([again.has('BTCUSDT', 6), again.has('BTCUSDT', 7), again.has('ETHUSDT', 0)]).toEqual([
    true,
    false,
    false,
  ]);

  await position.write();
  const last = await openPosition(folder, 'live', broker, 'crypto-stream');
  expect(last.since(['BTCUSDT'])).toEqual({ BTCUSDT: 9 });
});

test('two publishers at once keep each other’s symbols', async () => {
  const [one, other] = [
    await openPosition(folder, 'live', broker, 'crypto-stream'),
    await openPosition(folder, 'live', broker, 'crypto-stream'),
  ];
  one.acknowledge('BTCUSDT', 9);
  await one.write();
  other.acknowledge('ETHUSDT', 5);
  await other.write();
  one.acknowledge('BTCUSDT', 10);
  await one.write();
  other.acknowledge('ETHUSDT', 6);
  await other.write();
  const again = await openPosition(folder, 'live', broker, 'crypto-stream');
  expect(again.since(['BTCUSDT', 'ETHUSDT'])).toEqual({ BTCUSDT: 10, ETHUSDT: 6 });
});

test('topics, brokers and sources have positions of their own', async () => {
  const position = await openPosition(folder, 'live', broker, 'crypto-stream');
  position.acknowledge('BTCUSDT', 9);
  await position.write();
  for (const other of [
    await openPosition(folder, 'simulated', broker, 'crypto-stream'),
    await openPosition(folder, 'live', broker, 'another'),
    await openPosition(folder, 'live', brokerOf('127.0.0.1:9192'), 'crypto-stream'),
  ])
    expect(other.since(['BTCUSDT'])).toBeUndefined();
});

test.each(['', '{}', '{"lastTradeId":{"BTCUSDT":"9"}}'])(
  'a file that says %j is refused, not begun anew',
  async (text) => {
    const { location } = await openPosition(folder, 'live', broker, 'crypto-stream');
    const file = await openStateFile(folder, 'live', location.split('/').at(-1)!);
    await file.write(text);
    await expect(openPosition(folder, 'live', broker, 'crypto-stream')).rejects.toMatchObject({
      code: 'TABLE_INVALID',
    });
  },
);

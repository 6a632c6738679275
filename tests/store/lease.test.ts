import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { CandlebookError } from '../../src/market/index.ts';
import { memoryFiles } from '../../src/store/files/index.ts';
import { type LeaseOptions, openLease } from '../../src/store/index.ts';
import { Lease } from '../../src/store/lease.ts';
import { temporaryFolder } from './folder.ts';

const open: Lease[] = [];
const QUICK = { renewMs: 20, expireMs: 400, lookMs: 10 };
async function lease(location: string, options: LeaseOptions = {}): Promise<Lease> {
  const made = await openLease(location, 'simulated', 'work', { ...QUICK, ...options });
  open.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const files = (location: string) => readdirSync(join(location, 'simulated', 'state', 'work.lease')).sort();
const claim = (location: string, number: number, more: object) =>
  writeFileSync(
    join(location, 'simulated', 'state', 'work.lease', `${String(number).padStart(20, '0')}.json`),
    JSON.stringify({ owner: 'x', machine: 'elsewhere', pid: 1, since: 'then', released: false, ...more }),
  );
const soon = { timeout: 10_000, interval: 5 };

test('one of many holds it; when it lets go, another does, and numbers go up', async () => {
  const location = temporaryFolder();
  const all = await Promise.all(Array.from({ length: 8 }, () => lease(location)));
  const held = () => all.filter(({ state }) => state === 'held');
  await expect.poll(() => all.every(({ state }) => state !== 'unknown'), soon).toBe(true);
  expect(held()).toHaveLength(1);
  const [first] = held();
  expect(all.find((one) => one !== first)!.holder).toMatch(/^process \d+ on /);
  const [before] = files(location);
  await first!.close();
  await expect.poll(() => held().length, soon).toBe(1);
  expect(held()[0]).not.toBe(first);
  expect(files(location).at(-1)! > before!).toBe(true);
});

test('a holder that is silent loses it after the time, not before; one that died on this machine at once', async () => {
  const location = temporaryFolder();
  await (await lease(location)).close();
  claim(location, 50, {});
  const began = performance.now();
  const waiting = await lease(location);
  expect([waiting.state, waiting.holder]).toEqual(['other', 'process 1 on elsewhere, since then']);
  await expect.poll(() => waiting.state, soon).toBe('held');
  expect(performance.now() - began).toBeGreaterThanOrEqual(QUICK.expireMs);
  // Old claims are cleared away.
  await expect.poll(() => Number.parseInt(files(location)[0]!, 10), soon).toBeGreaterThan(50);
});

test('whoever slept and puts an old number does not hold it', async () => {
  const location = temporaryFolder();
  const changes: boolean[] = [];
  const sleeper = await lease(location, {
    renewMs: 300,
    expireMs: 60_000,
    onChange: (one) => changes.push(one),
  });
  expect(sleeper.state).toBe('held');
  claim(location, 900, {});
  await expect.poll(() => sleeper.state, soon).toBe('other');
  await expect.poll(() => changes, soon).toEqual([true, false]);
  expect(files(location)).toContain(`${'900'.padStart(20, '0')}.json`);
});

test('a process that stood still holds nothing until it has renewed', async () => {
  const held = await lease(temporaryFolder(), { renewMs: 60_000, expireMs: 60_020 });
  expect(held.state).toBe('held');
  const real = Date.now;
  Date.now = () => real() + 3_600_000;
  try {
    expect(held.state).toBe('late');
  } finally {
    Date.now = real;
  }
  expect(held.state).toBe('held');
});

test('where the storage refuses, that is told, and who holds it goes on', async () => {
  const location = temporaryFolder();
  const troubles: string[] = [];
  let recovered = 0;
  const held = await lease(location, {
    onTrouble: ({ code }) => troubles.push(code),
    onRecovery: () => recovered++,
  });
  const { rmSync } = await import('node:fs');
  rmSync(join(location, 'simulated', 'state'), { recursive: true });
  writeFileSync(join(location, 'simulated', 'state'), 'no folder');
  await expect.poll(() => troubles.length, soon).toBeGreaterThan(2);
  expect(new Set(troubles)).toEqual(new Set(['TABLE_UNWRITABLE']));
  expect([held.state, recovered]).toEqual(['held', 0]);
  rmSync(join(location, 'simulated', 'state'));
  await expect.poll(() => recovered, soon).toBe(1);
  expect(held.state).toBe('held');
});

test('a claim that was put and then not confirmed is not taken for another’s', async () => {
  const files = memoryFiles();
  const changes: boolean[] = [];
  const troubles: (string | undefined)[] = [];
  let refusals = 0;
  const refusing: typeof files = {
    ...files,
    async *list(folder, options) {
      if (refusals-- > 0) throw new CandlebookError('HOST_UNREACHABLE', 'The storage is busy.');
      yield* files.list(folder, options);
    },
  };
  const held = new Lease(refusing, {
    ...QUICK,
    expireMs: 60_000,
    onChange: (one) => changes.push(one),
    onTrouble: ({ code }) => troubles.push(code),
    onRecovery: () => troubles.push(undefined),
  });
  open.push(held);
  await held.start();
  expect(held.state).toBe('held');
  refusals = 1;
  await expect.poll(() => troubles, soon).toContain('HOST_UNREACHABLE');
  await expect.poll(() => troubles.at(-1), soon).toBeUndefined();
  expect([held.state, held.holder, changes]).toEqual(['held', undefined, [true]]);
});

test('a claim that is renewed while it is looked at is another’s all the same', async () => {
  const files = memoryFiles();
  const first = new Lease(files, { ...QUICK, renewMs: 60_000, expireMs: 60_000 });
  await first.start();
  let renewals = 0;
  const renewing: typeof files = {
    ...files,
    read: async (path, range) => {
      // Between the listing and the reading, its holder puts the next one and deletes this.
      if (renewals++ === 0) {
        const bytes = await files.read(path);
        await files.putIfAbsent(`${'2'.padStart(20, '0')}.json`, bytes!);
        await files.delete(path);
      }
      return files.read(path, range);
    },
  };
  const second = new Lease(renewing, { ...QUICK, lookMs: 60_000, expireMs: 60_000 });
  open.push(first, second);
  await second.start();
  expect([renewals, second.state]).toEqual([2, 'other']);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../store/folder.ts';

const posted: string[] = [];
const hook = createServer((request, response) => {
  request.resume();
  posted.push(request.headers['webhook-id'] as string);
  response.end();
});
const children: ChildProcess[] = [];

beforeEach(async () => {
  posted.length = 0;
  hook.listen(0, '127.0.0.1');
  await once(hook, 'listening');
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  hook.closeAllConnections();
  hook.close();
});

function run(tables: string, begin: number) {
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
  const child = spawn(process.execPath, [join(import.meta.dirname, 'run.ts'), tables, url, String(begin)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const made = { child, text: '', told: () => made.text.match(/(?<=told )\S+/g) ?? [] };
  child.stdout.on('data', (chunk) => {
    made.text += chunk;
  });
  return made;
}

const soon = { timeout: 30_000, interval: 20 };
const twice = (ids: readonly string[]) => ids.filter((id, i) => ids.indexOf(id) !== i);

test('two runs on the same tables tell each alert once between them; one takes over from one that was killed or frozen', async () => {
  const tables = temporaryFolder();
  const begin = Date.now() + 1_500;
  const first = run(tables, begin);
  await expect.poll(() => first.text, soon).toMatch(/^tells\n/);
  const second = run(tables, begin);
  await expect.poll(() => second.text, soon).toMatch(/^standby\n/);
  await expect.poll(() => first.told().length, soon).toBeGreaterThan(10);
  expect(second.told()).toEqual([]);

  first.child.kill('SIGKILL');
  await expect.poll(() => second.told().length, soon).toBeGreaterThan(10);

  // A third one waits; the second is frozen for longer than its lease, and is back when the third has taken over.
  const third = run(tables, begin);
  await expect.poll(() => third.text, soon).toMatch(/^standby\n/);
  second.child.kill('SIGSTOP');
  await expect.poll(() => third.told().length, soon).toBeGreaterThan(10);
  second.child.kill('SIGCONT');
  const [before, after] = [second.told().length, third.told().length];
  await expect.poll(() => third.told().length, soon).toBeGreaterThan(after + 20);
  // What stood in the pipe, and no more.
  expect(second.told().length).toBeLessThanOrEqual(before + 1);

  for (const { child } of [second, third]) child.kill('SIGTERM');
  await Promise.all([second, third].map(({ child }) => once(child, 'exit')));
  const told = [first, second, third].flatMap((one) => one.told());
  expect(twice(told)).toEqual([]);
  expect(twice(posted)).toEqual([]);
  expect(told.length).toBeGreaterThan(50);
  expect(posted.filter((id) => !told.includes(id))).toEqual([]);
}, 90_000);

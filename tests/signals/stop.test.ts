import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';

const signals = join(import.meta.dirname, '../../src/signals/index.ts');

/** A command that takes a second and a half to stop. */
const WORK = `
  import { stopOnSignals } from ${JSON.stringify(signals)};
  const stop = stopOnSignals();
  const work = setInterval(() => {}, 1000);
  stop.signal.addEventListener('abort', () => {
    console.log('asked');
    setTimeout(() => { clearInterval(work); stop.off(); console.log('stopped'); }, 1500);
  });
  console.log('working');`;

let child: ChildProcess | undefined;
afterEach(() => void child?.kill('SIGKILL'));

function start(): { child: ChildProcess; lines: Interface; said: string[] } {
  const started = spawn(process.execPath, ['--input-type=module', '--eval', WORK], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  const lines = createInterface({ input: started.stdout });
  const said: string[] = [];
  lines.on('line', (line) => said.push(line));
  return { child: started, lines, said };
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s asks a command to stop', async (signal) => {
  const { child, lines, said } = start();
  await once(lines, 'line');
  child.kill(signal);
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(said).toEqual(['working', 'asked', 'stopped']);
});

test('a Ctrl-C that npm passes on as well is one', async () => {
  const { child, lines, said } = start();
  await once(lines, 'line');
  child.kill('SIGINT');
  await once(lines, 'line');
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(said).toEqual(['working', 'asked', 'stopped']);
});

test('a second Ctrl-C ends it at once', async () => {
  const { child, lines, said } = start();
  await once(lines, 'line');
  child.kill('SIGINT');
  await once(lines, 'line');
  await new Promise((resolve) => setTimeout(resolve, 800));
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([130, null]);
  expect(said).toEqual(['working', 'asked']);
});

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const bin = join(root, 'src', 'bin.ts');

/** `candlebook --help` on a Node that says it is of that version. */
function on(version: string) {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, bin, '--help'],
    { encoding: 'utf8', timeout: 60_000 },
  );
  return { status, stdout, stderr };
}

test.each(['12.22.12', '20.19.5', '22.18.0'])('Node %s is told which one to get', (version) => {
  const { status, stdout, stderr } = on(version);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    new RegExp(
      `^candlebook needs Node 22\\.19 or newer, and this is ${version}\\.\nInstall one from https://nodejs\\.org`,
    ),
  );
});

test.each(['22.19.0', '24.1.0'])('Node %s is good', (version) => {
  const { status, stdout, stderr } = on(version);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('candlebook run --host data-only');
});

test('the version is the package’s, and what an old Node can not read comes after it', () => {
  const source = readFileSync(bin, 'utf8');
  const { engines, bin: bins } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(engines.node).toBe(`>=${/LEAST = '(.+)'/.exec(source)![1]}`);
  expect(bins.candlebook).toBe('dist/bin.js');
  expect(source).not.toMatch(/^(import|export) |\?\.|\?\?|#[a-z]|\bawait\b/m);
});

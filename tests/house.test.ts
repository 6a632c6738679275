import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { importProblems, mappedFolders, presentFolders } from '../src/launch/imports.mjs';

const root = new URL('..', import.meta.url).pathname;
const CARD = [
  'LICENSE',
  'README.md',
  'environment.md',
  'notebooks',
  'package-lock.json',
  'package.json',
  'src',
  'tests',
  'tsconfig.json',
];

test('the top level holds what the card names, dot-files beside it, and nothing else', () => {
  const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
    .trim()
    .split('\n');
  const top = [...new Set(tracked.map((path) => path.split('/')[0]!))].filter(
    (name) => !name.startsWith('.'),
  );
  expect(top.sort()).toEqual(CARD);
});

test('the map lists every folder of src, and only those', () => {
  expect([...mappedFolders()].sort()).toEqual(presentFolders().sort());
});

test('imports point one way, in the order of the map', () => {
  expect(importProblems()).toEqual([]);
});

test('files that the pages name are there', () => {
  for (const page of ['README.md', 'environment.md', 'src/README.md']) {
    const text = readFileSync(join(root, page), 'utf8');
    const named = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) =>
      join(root, dirname(page), path!),
    );
    expect(
      named.filter((path) => !existsSync(path)),
      page,
    ).toEqual([]);
  }
});

test('each failure that the page on the environment lists has a test of its name', () => {
  const page = readFileSync(join(root, 'environment.md'), 'utf8');
  const rows = page
    .split('## When something goes wrong')[1]!
    .split('\n## ')[0]!
    .matchAll(/^\| (?!failure|---)([^|]+) \|/gm);
  const listed = [...rows].map(([, name]) => name!.trim());
  const files = readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.ts'),
  );
  const tests = files.map((name) => readFileSync(join(root, 'tests', name), 'utf8')).join('\n');
  expect(listed.length).toBeGreaterThanOrEqual(15);
  expect(listed.filter((name) => !tests.includes(`'failure: ${name}`))).toEqual([]);
});

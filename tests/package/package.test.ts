import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../fixtures/demo.ts';
import { run } from '../fixtures/step.ts';

const exec = promisify(execFile);
const WINDOWS = process.platform === 'win32';
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const WHAT = `JSON.stringify({ sma: [...sma(2).batch(Float64Array.of(1, 3, 5))].slice(1), host: loadSettings({ host: 'data-only' }, { env: {} }).restUrl })`;
const SAID = { sma: [2, 4], host: 'https://data-api.binance.vision' };

/** A project of somebody else's: the packed tarball installed, nothing of the checkout in reach. */
let project: string;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'candlebook-package-'));
  // The build is there already; packing must not take it away from the tests beside this one.
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', project], { cwd: ROOT });
  const filename = readdirSync(project).find((name) => name.endsWith('.tgz'))!;
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', [...install, join(project, filename)], { cwd: project });
  for (const name of ['typescript', '@typescript', '@types', 'undici-types'])
    cpSync(join(ROOT, 'node_modules', name), join(project, 'node_modules', name), {
      recursive: true,
      force: false,
    });
}, 240_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

async function node(file: string, text: string): Promise<string> {
  writeFileSync(join(project, file), text);
  const { stdout, stderr } = await exec(process.execPath, [file], { cwd: project });
  expect(stderr).toBe('');
  return stdout;
}

describe('the packed package in another folder', () => {
  test('is imported by an ES module', async () => {
    const said = await node(
      'script.mjs',
      `import { loadSettings, sma } from 'candlebook';\nconsole.log(${WHAT});\n`,
    );
    expect(JSON.parse(said)).toEqual(SAID);
  });

  test('is required by CommonJS', async () => {
    const said = await node(
      'script.cjs',
      `const { loadSettings, sma } = require('candlebook');\nconsole.log(${WHAT});\n`,
    );
    expect(JSON.parse(said)).toEqual(SAID);
  });

  test('type-checks and runs as a strict TypeScript script', async () => {
    cpSync(here('consumer.ts'), join(project, 'consumer.ts'));
    const strict = [
      '--strict',
      '--exactOptionalPropertyTypes',
      '--noUncheckedIndexedAccess',
      '--target',
      'es2022',
    ];
    const check = [
      '--noEmit',
      '--module',
      'nodenext',
      '--skipLibCheck',
      'false',
      '--types',
      'node',
      'consumer.ts',
    ];
    const tsc = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
    await run(process.execPath, [tsc, ...strict, ...check], { cwd: project });
    const { stdout } = await exec(process.execPath, ['consumer.ts'], { cwd: project });
    expect(JSON.parse(stdout)).toEqual({
      host: SAID.host,
      closed: 3,
      ahead: true,
      code: 'INPUT_INVALID',
    });
  }, 60_000);

  test('type-checks the scripts of README.md', async () => {
    const scripts = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/```ts\n(import .*?)```/gs)];
    expect(scripts.length).toBeGreaterThan(0);
    const tsc = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
    for (const [i, [, script]] of scripts.entries()) writeFileSync(join(project, `readme-${i}.ts`), script!);
    const files = scripts.map((_, i) => `readme-${i}.ts`);
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--types', 'node'];
    await run(process.execPath, [tsc, ...options, ...files], { cwd: project });
  }, 60_000);

  test('has a command with help', async () => {
    const { stdout } = await exec(
      join(project, 'node_modules', '.bin', WINDOWS ? 'candlebook.cmd' : 'candlebook'),
      ['--help'],
      { cwd: project, shell: WINDOWS },
    );
    expect(stdout).toMatch(/candlebook run --host data-only/);
  });

  test('holds the build and its papers, no sources and no tests', async () => {
    const { files, dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(files).toEqual(['dist', 'README.md', 'environment.md', 'LICENSE']);
    expect(Object.keys(dependencies)).not.toContain('danfojs-node');
  });

  test('says how to get Danfo where it is not installed', async () => {
    const said = await node(
      'danfo.mjs',
      `import { toFrame } from 'candlebook';\nawait toFrame([]).catch((error) => console.log(error.code, error.message));\n`,
    );
    expect(said).toMatch(/^PACKAGE_MISSING .*npm install danfojs-node/);
  });
});

test('importing it loads none of what is heavy', async () => {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    await import(${JSON.stringify(join(ROOT, 'dist', 'index.js'))});
    console.log(JSON.stringify(loaded));`;
  const { stdout } = await exec(process.execPath, ['--input-type=module', '--eval', script], { cwd: ROOT });
  const loaded = (JSON.parse(stdout) as string[]).filter((url) => !url.startsWith('node:'));
  const packages = new Set(loaded.map((url) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]));
  packages.delete(undefined);
  expect([...packages].filter((name) => !LIGHT.includes(name!))).toEqual([]);
  // Few files: reading hundreds is what takes the time.
  expect(loaded.filter((url) => url.includes('/dist/')).length).toBeLessThan(30);
  expect(loaded.length).toBeGreaterThan(0);
});

/** What may be loaded with the package; everything else waits until it is used. */
const LIGHT = ['ws', 'commander'];

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Figure } from '../src/dashboard/index.ts';
import { figureToSvg } from '../src/dashboard/index.ts';
import type { Indicator } from '../src/indicators/index.ts';
import { sampleCandles } from './dashboard/figures/sample.ts';
import { ARTIFACTS, ROOT } from './fixtures/demo.ts';

// The page that tells how to add an indicator and a figure: its listings are compiled, run and held to the contract.

const page = readFileSync(join(ROOT, 'src', 'EXTENDING.md'), 'utf8');
const [indicator, figure, script] = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!) as [
  string,
  string,
  string,
];
const run = promisify(execFile);
let folder: string;
beforeAll(() => {
  mkdirSync(ARTIFACTS, { recursive: true });
  folder = mkdtempSync(join(ARTIFACTS, 'extending-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The listing as a file whose imports lead to the folder that it says it is of. */
async function listing<T>(code: string, home: string): Promise<T> {
  const path = join(folder, `${home.replaceAll('/', '-')}.ts`);
  writeFileSync(path, code.replaceAll(/from '\.\//g, `from '${join(ROOT, home)}/`));
  await compile(path);
  return (await import(path)) as T;
}

async function compile(path: string): Promise<void> {
  const config = join(folder, 'tsconfig.json');
  const options = { extends: join(ROOT, 'tests', 'tsconfig.json'), files: [path], include: [], exclude: [] };
  writeFileSync(config, JSON.stringify(options));
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  await run(process.execPath, [tsc, '--noEmit', '-p', config]).catch((error: { stdout: string }) => {
    throw new Error(error.stdout);
  });
}

test('the indicator of the page keeps the contract', async () => {
  const { disparity } = await listing<{ disparity: (period: number) => Indicator }>(
    indicator,
    'src/indicators',
  );
  const values = Array.from({ length: 60 }, (_, i) => 100 + 9 * Math.sin(i * 0.7));
  const [streamed, whole] = [disparity(5), disparity(5)];
  const results = values.map((value) => {
    expect(streamed.peek(value)).toBe(streamed.copy().update(value));
    return streamed.update(value);
  });
  expect(Array.from(whole.batch(values))).toEqual(results);
  expect(whole.peek(101)).toBe(streamed.peek(101));
  expect(results.findIndex((value) => !Number.isNaN(value))).toBe(streamed.warmUp);
  const mean = values.slice(-5).reduce((sum, value) => sum + value, 0) / 5;
  expect(results.at(-1)).toBeCloseTo((values.at(-1)! / mean - 1) * 100, 9);
  expect(() => streamed.update(Number.NaN)).toThrow('disparity_5 was given close NaN at index 60');
  streamed.reset();
  expect(streamed.update(1)).toBeNaN();
}, 60_000);

test('the figure of the page is one like the others', async () => {
  const { volumeByHour } = await listing<{ volumeByHour: (...parameters: unknown[]) => Figure }>(
    figure,
    'src/dashboard/figures',
  );
  const made = volumeByHour(sampleCandles(300), { source: 'simulated' });
  expect(JSON.parse(JSON.stringify(made))).toEqual(made);
  expect(made.layout.annotations.map(({ text }) => text)).toContain('<b>SIMULATED</b>');
  expect(made.data[0]!.type === 'bar' && made.data[0]!.y.filter((mean) => mean !== null)).toHaveLength(5);
  expect(figureToSvg(made)).toContain('Volume by hour');
}, 60_000);

test('the script of the page compiles against the package, runs, and leaves two pictures', async () => {
  const path = join(folder, 'script.ts');
  writeFileSync(path, script);
  await compile(path);
  const { stdout } = await run(process.execPath, [path], { cwd: folder, timeout: 60_000 });
  expect(stdout).toMatch(/^\d{3,4} bars, 7 coins: chart\.svg and returns\.svg\n$/);
  const [chart, returns] = ['chart.svg', 'returns.svg'].map((name) =>
    readFileSync(join(folder, name), 'utf8'),
  );
  for (const words of ['BTCUSD', 'DISPARITY 20', 'EMA 50', 'SIMULATED']) expect(chart).toContain(words);
  expect(returns).toContain('returns in percent');
}, 120_000);

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { LaunchError, runMain } from './failure.mjs';
import { inRoot, packagedNode } from './paths.mjs';
import { runShown } from './processes.mjs';
import { setup } from './setup.mjs';

const FOLDER = inRoot('tests', 'bench');

/** Benchmarks by name, with the sentence that each file begins with. */
const benches = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => {
      const [, first = ''] = readFileSync(join(FOLDER, file), 'utf8').match(/^\/\*\*\s*(.*?)\s*\*\//s) ?? [];
      return [file.replace(/\.ts$/, ''), first.replace(/\s*\n \*\s*/g, ' ')];
    }),
);

const HELP = `npm run bench [-- NAME…] [--peers] [--json FILE] [--rounds N]
npm run bench -- --page FILE…

Measures on this machine, all or those named, and prints medians, their spread (half the distance of the quartiles),
ratios and goals; exit code 1 where a goal is missed by more than the rounds disagree.
${[...benches].map(([name, first]) => `  ${name.padEnd(12)} ${first}`).join('\n')}
  --peers      the rivals in the same run, installed into a cache folder outside this one
  --json FILE  all figures as JSON too
  --rounds N   instead of what the benchmark itself thinks enough; other options go to the benchmark
  --page FILE  puts what --json wrote into environment.md

Example: npm run bench -- indicators candles --peers`;

await runMain(async () => {
  const words = process.argv.slice(2);
  if (words.includes('--help')) {
    console.log(HELP);
    return 0;
  }
  const first = words.findIndex((word) => word.startsWith('-'));
  const named = first < 0 ? words : words.slice(0, first);
  const options = first < 0 ? [] : words.slice(first);
  const unknown = named.find((name) => !benches.has(name));
  if (unknown !== undefined)
    throw new LaunchError(
      `There is no benchmark ${JSON.stringify(unknown)}.`,
      `Allowed: ${[...benches.keys()].join(', ')}.`,
    );
  await setup({ tests: true });
  if (options[0] === '--page')
    return runShown(packagedNode(), [
      inRoot('tests', 'bench', 'measure', 'page.ts'),
      ...options.slice(1).map((file) => resolve(file)),
    ]);
  const env = { ...process.env, ...(await ensureBrowser()) };
  return all(named.length > 0 ? named : [...benches.keys()], options, env);
});

/**
 * One after the other, each in a process of its own.
 * @param {string[]} names
 * @param {string[]} options
 * @param {NodeJS.ProcessEnv} env
 */
async function all(names, options, env) {
  const at = options.indexOf('--json');
  const file = at < 0 ? undefined : options[at + 1];
  if (at >= 0 && (file === undefined || file.startsWith('-')))
    throw new LaunchError('--json needs a file.', 'Example: npm run bench -- indicators --json bench.json');
  const rest = at < 0 ? options : options.toSpliced(at, 2);
  const folder = mkdtempSync(join(tmpdir(), 'candlebook-bench-'));
  try {
    const reports = [];
    let worst = 0;
    for (const [i, name] of names.entries()) {
      if (names.length > 1) console.log(`${i > 0 ? '\n' : ''}== ${name} (${i + 1}/${names.length})`);
      const json = join(folder, `${name}.json`);
      const code = await runShown(packagedNode(), [join(FOLDER, `${name}.ts`), '--json', json, ...rest], env);
      worst = Math.max(worst, code);
      // A benchmark that failed before its end wrote nothing.
      if (code <= 1) reports.push(readReport(json));
      if (file) writeFileSync(file, `${JSON.stringify({ reports: reports.filter(Boolean) }, null, 1)}\n`);
      if (code > 1) break;
    }
    return worst;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} path */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

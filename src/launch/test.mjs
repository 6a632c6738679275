import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { ensureBrowser } from './browser.mjs';
import { runMain } from './failure.mjs';
import { inRoot, packagedNode } from './paths.mjs';
import { runShown } from './processes.mjs';
import { setup } from './setup.mjs';

const HELP = `npm test [-- [vscode] FILTER… | talib [CSV…] | clients | readers | azure | race COMMITS | chaos … | fuzz … | soak …]

Sets up what is missing, then runs the whole test suite, JupyterLab and a browser included.
With \`vscode\`: the suite in a real VS Code workbench instead. Further words choose test files by name.
With \`talib\`: prints how far each indicator is from TA-Lib on golden columns, recorded klines and seeded walks, or on
the CSV files of klines (Binance's archives) that are named; exit code 1 where one is further than 1e-9.

With \`clients\`: other people's clients (npm installs them outside the checkout) against the embedded exchange, for
--seconds 60 or of --only ccxt,binance.

With \`chaos\`: kills and faults over and over, with a ledger as the last line; \`npm run test:chaos -- --help\` says which.

With \`readers\`: delta-rs, Spark, chdb and DuckDB (installed outside the checkout) on our Delta tables and we on theirs, on
disk and in a loopback ADLS; --only delta-rs,spark --on disk,adls.

With \`scale\`: a real Kafka broker and Spark (Maven and pip fetch them outside the checkout), a publisher and the pipeline
that are killed, topic and tables compared; \`npm run test:scale -- --help\` says more.

With \`azure\`: the Bicep files against the types that Microsoft publishes (installed outside the checkout).

With \`race\`: 8 processes with so many commits each (200) to one Delta table, on disk and in a loopback ADLS that fails.

With \`fuzz\`: a million damaged frames and answers; \`npm run test:fuzz -- --help\` says more.

With \`soak\`: exchange, dashboard, tables and page with viewers, for --minutes 20, in processes of their own.

Example: npm test -- tests/indicators`;

/**
 * Suites that are programs of their own.
 * @type {Record<string, string[]>}
 */
const PROGRAMS = {
  talib: ['indicators', 'talib', 'report.ts'],
  clients: ['clients', 'run.ts'],
  chaos: ['chaos', 'run.ts'],
  readers: ['readers', 'run.ts'],
  scale: ['scale', 'run.ts'],
  azure: ['cloud', 'azure', 'types', 'run.ts'],
  fuzz: ['fetcher', 'fuzz', 'main.ts'],
  soak: ['soak', 'main.ts'],
};

await runMain(async () => {
  const words = process.argv.slice(2);
  if (words.includes('--help') && !['chaos', 'readers', 'scale', 'fuzz', 'soak'].includes(words[0] ?? '')) {
    console.log(HELP);
    return 0;
  }
  await setup({ tests: true });
  const program = PROGRAMS[words[0] ?? ''];
  if (program)
    return runShown(packagedNode(), [inRoot('tests', ...program), ...words.slice(1)], {
      ...process.env,
      ...(words[0] === 'soak' ? await ensureBrowser() : {}),
    });
  const env = { ...process.env, ...(await ensureBrowser()) };
  const suite = words[0] === 'vscode' ? 'vscode' : 'main';
  const race = words[0] === 'race';
  const filters = race ? ['tests/store/race'] : suite === 'vscode' ? words.slice(1) : words;
  const report = inRoot('.artifacts', `${suite}-tests.json`);
  mkdirSync(inRoot('.artifacts'), { recursive: true });
  rmSync(report, { force: true });
  const code = await runShown(
    packagedNode(),
    [
      inRoot('node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', inRoot('tests', 'vitest.config.ts'),
      '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters,
    ], // biome-ignore format: options by their kind
    { ...env, CANDLEBOOK_SUITE: suite, ...(race ? { CANDLEBOOK_RACE_COMMITS: words[1] ?? '200' } : {}) },
  );
  const {
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: skipped,
    numTotalTests: total,
  } = JSON.parse(readFileSync(report, 'utf8'));
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return code !== 0 ? code : failed > 0 || total === 0 ? 1 : 0;
});

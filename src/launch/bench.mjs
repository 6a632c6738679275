import { readdirSync } from 'node:fs';
import { ensureBrowser } from './browser.mjs';
import { LaunchError, runMain } from './failure.mjs';
import { inRoot, packagedNode } from './paths.mjs';
import { runShown } from './processes.mjs';
import { setup } from './setup.mjs';

const names = readdirSync(inRoot('tests', 'bench'))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => name.replace(/\.ts$/, ''));

const HELP = `npm run bench -- NAME [--peers] [--json FILE]

Measures on this machine and prints the figures with their goals; exit code 1 where one is missed.
  NAME         ${names.join(', ')}
  --peers      the rivals in the same run, installed into a cache folder outside this one
  --json FILE  the figures as JSON too

Example: npm run bench -- live --peers`;

await runMain(async () => {
  const [name, ...rest] = process.argv.slice(2);
  if (!name || name === '--help') {
    console.log(HELP);
    return name ? 0 : 1;
  }
  if (!names.includes(name))
    throw new LaunchError(`There is no benchmark ${JSON.stringify(name)}.`, `Allowed: ${names.join(', ')}.`);
  await setup({ tests: true });
  return runShown(packagedNode(), [inRoot('tests', 'bench', `${name}.ts`), ...rest], {
    ...process.env,
    ...(await ensureBrowser()),
  });
});

import { ensureBrowser } from './browser.mjs';
import { runMain } from './failure.mjs';
import { inRoot, packagedNode } from './paths.mjs';
import { runShown } from './processes.mjs';
import { setup } from './setup.mjs';

const HELP = `npm run notebooks [-- NAME…]

Runs the notebooks, all or those whose names hold NAME, in the demo's own JupyterLab and a browser, from top to bottom
on the embedded exchange with seed 1, and saves them with what they showed. A notebook with anything on stderr, a
failed cell or a missing picture is not saved.

Example: npm run notebooks -- 03`;

await runMain(async () => {
  const words = process.argv.slice(2);
  if (words.includes('--help')) {
    console.log(HELP);
    return 0;
  }
  await setup();
  const env = { ...process.env, ...(await ensureBrowser()) };
  return runShown(packagedNode(), [inRoot('tests', 'notebooks', 'save.ts'), ...words], env);
});

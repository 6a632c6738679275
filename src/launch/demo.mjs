import { LaunchError, runMain } from './failure.mjs';
import { endAll, holdUntilStopped, LAB_HELP, LAB_OPTIONS, serveNotebooks } from './lab.mjs';
import { numberOption, readOptions, wholeOption } from './options.mjs';
import { inRoot, packagedNode } from './paths.mjs';
import { Background } from './processes.mjs';
import { setup } from './setup.mjs';
import { step } from './steps.mjs';

const HELP = `npm run demo [-- OPTIONS]

The dashboard in JupyterLab on the embedded exchange: no account, no network, all data marked as simulated.
The first start installs what is missing; later ones take seconds. Ctrl-C ends everything.

${LAB_HELP}
  --seed N          seed of the simulated market (default 1)
  --speed X         market time per wall time (default 1)
  --recording FILE  replay captured frames instead; data is marked as recorded

Example: npm run demo -- --no-browser --port 8890 --seed 7`;

const EXCHANGE_READY_MS = 20_000;

await runMain(async () => {
  const options = readOptions(
    { ...LAB_OPTIONS, seed: { type: 'string' }, speed: { type: 'string' }, recording: { type: 'string' } },
    HELP,
  );
  if (!options) return 0;
  const port = wholeOption('port', options.port, 1, 65_535);
  const seed = wholeOption('seed', options.seed, 0, 2 ** 31 - 1) ?? 1;
  const speed = numberOption('speed', options.speed, 0.1, 1000);
  await setup();
  /** @type {Background[]} */
  const parts = [];
  try {
    const args = [inRoot('dist', 'cli.js'), 'exchange', '--port', '0', '--json', '--seed', String(seed)];
    if (speed) args.push('--speed', String(speed));
    if (typeof options.recording === 'string') args.push('--recording', options.recording);
    const exchange = new Background('The embedded exchange', packagedNode(), args, { env: process.env });
    parts.push(exchange);
    const { restUrl, source } = await step('Starting the embedded exchange', () => firstLine(exchange));
    console.error(`  ${source} market at ${restUrl}`);
    await serveNotebooks({
      env: { CANDLEBOOK_HOST: 'simulated', CANDLEBOOK_EXCHANGE_URL: restUrl, CANDLEBOOK_SEED: String(seed) },
      parts,
      port,
      browser: !options['no-browser'],
      folder: /** @type {string | undefined} */ (options.folder),
      notebook: /** @type {string | undefined} */ (options.notebook),
    });
    await holdUntilStopped(parts);
    return 0;
  } finally {
    await endAll(parts);
  }
});

/** @param {Background} exchange @returns {Promise<{ restUrl: string, source: string }>} */
async function firstLine(exchange) {
  const deadline = Date.now() + EXCHANGE_READY_MS;
  while (Date.now() < deadline && !exchange.ended) {
    const line = exchange.output.split('\n').find((text) => text.startsWith('{') && text.endsWith('}'));
    if (line) return JSON.parse(line);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new LaunchError(
    'The embedded exchange did not start.',
    'Run `npm run build` and try again; the lines above say why.',
    exchange.output,
  );
}

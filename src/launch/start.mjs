import { pathToFileURL } from 'node:url';
import { LaunchError, runMain } from './failure.mjs';
import { endAll, holdUntilStopped, LAB_HELP, LAB_OPTIONS, serveNotebooks } from './lab.mjs';
import { readOptions, wholeOption } from './options.mjs';
import { inRoot } from './paths.mjs';
import { setup } from './setup.mjs';
import { step } from './steps.mjs';

const HOSTS = ['binance.us', 'binance.com', 'data-only'];

const HELP = `npm start [-- OPTIONS]

The dashboard in JupyterLab on live Binance. When the exchange can not be reached, it says why and ends; simulated
data never takes its place.

  --host NAME       ${HOSTS.join(', ')} (default: the settings, else binance.us)
${LAB_HELP}

Example: npm start -- --host data-only`;

await runMain(async () => {
  const options = readOptions({ ...LAB_OPTIONS, host: { type: 'string' } }, HELP);
  if (!options) return 0;
  const { host } = options;
  if (host !== undefined && !HOSTS.includes(String(host))) {
    throw new LaunchError(`--host is ${JSON.stringify(host)}.`, `Allowed: ${HOSTS.join(', ')}.`);
  }
  const port = wholeOption('port', options.port, 1, 65_535);
  await setup();
  const chosen = typeof host === 'string' ? { CANDLEBOOK_HOST: host } : {};
  await step('Asking the exchange', () => checkLive({ ...process.env, ...chosen }));
  /** @type {import('./processes.mjs').Background[]} */
  const parts = [];
  try {
    await serveNotebooks({
      env: chosen,
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

/** @param {NodeJS.ProcessEnv} env */
async function checkLive(env) {
  const { checkExchange, loadSettings } = await import(pathToFileURL(inRoot('dist', 'index.js')).href);
  try {
    const settings = loadSettings({}, { env });
    if (settings.host === 'simulated') {
      throw new LaunchError(
        'The settings name the embedded exchange.',
        'For that use `npm run demo`; for live data give --host, or take host out of the settings.',
      );
    }
    await checkExchange(settings);
  } catch (error) {
    if (error instanceof LaunchError) throw error;
    const { code, message, hint } = /** @type {{ code?: string, message: string, hint?: string }} */ (error);
    if (!code) throw error;
    const what = hint ? message.replace(hint, '').trim() : message;
    throw new LaunchError(`${code}: ${what}`, hint ?? 'Try `npm run demo` for a simulated market.');
  }
}

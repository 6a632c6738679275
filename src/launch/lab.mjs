import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LaunchError } from './failure.mjs';
import { inRoot, VENV_PYTHON } from './paths.mjs';
import { Background, stopSignal } from './processes.mjs';
import { step } from './steps.mjs';

const READY_MS = 90_000;
const FIRST_PORT = 8888;

export const LAB_OPTIONS = /** @type {const} */ ({
  port: { type: 'string' },
  'no-browser': { type: 'boolean' },
  folder: { type: 'string' },
  notebook: { type: 'string' },
});

export const LAB_HELP = `  --port N          JupyterLab's port (default: the first free one from ${FIRST_PORT})
  --no-browser      print the URL only
  --folder DIR      the notebooks' folder (default: notebooks)
  --notebook FILE   the notebook that opens (default: 03-dashboard.ipynb)
  --help            this text`;

/**
 * Serves notebooks until a signal comes or a part ends by itself.
 * @param {object} wanted
 * @param {NodeJS.ProcessEnv} wanted.env what the kernels see beside the present environment
 * @param {Background[]} wanted.parts started before; they end with the lab
 * @param {number | undefined} wanted.port
 * @param {boolean} wanted.browser
 * @param {string | undefined} wanted.folder
 * @param {string | undefined} wanted.notebook
 * @returns {Promise<number>} the exit code: 0 after a signal
 */
export async function serveNotebooks({ env, parts, port, browser, folder, notebook }) {
  const root = folder ? resolve(folder) : inRoot('notebooks');
  if (!existsSync(root))
    throw new LaunchError(`${root} is not there.`, 'Give --folder a folder of notebooks.');
  const opened =
    notebook ??
    (existsSync(join(root, '03-dashboard.ipynb'))
      ? '03-dashboard.ipynb'
      : readdirSync(root).find((name) => name.endsWith('.ipynb')));
  const token = randomBytes(24).toString('hex');
  const chosen = await choosePort(port);
  const base = `http://127.0.0.1:${chosen}`;
  const lab = new Background('JupyterLab', VENV_PYTHON, labArguments(root, chosen, token), {
    env: labEnvironment(env),
    cwd: root,
  });
  parts.unshift(lab);
  await step('Starting JupyterLab', () => ready(lab, `${base}/api/status`, token));
  const url = `${base}/lab/tree/${encodeURIComponent(opened ?? '')}?token=${token}`;
  console.log(url);
  if (browser) openBrowser(url);
  console.error('Ctrl-C ends it.');
  return 0;
}

/**
 * Waits for a signal or for one part to end, then ends all of them, the first of the list first.
 * @param {Background[]} parts
 */
export async function holdUntilStopped(parts) {
  const ended = await Promise.race([
    stopSignal(),
    ...parts.map((part) => part.exit.then((how) => ({ part, how }))),
  ]);
  if (typeof ended === 'string') return;
  throw new LaunchError(
    `${ended.part.name} ended by itself (${ended.how}).`,
    'Start again; if it repeats, the lines above say why.',
    ended.part.output,
  );
}

/** @param {Background[]} parts */
export async function endAll(parts) {
  if (parts.every((part) => part.ended)) return;
  // A second signal must not cut the orderly end short and leave kernels behind.
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(name, () => {});
  await step('Stopping', async () => {
    for (const part of parts) await part.stop();
  });
}

/** @param {string} root @param {number} port @param {string} token */
function labArguments(root, port, token) {
  return [
    '-m', 'jupyterlab', '--no-browser', '--allow-root', '--ip=127.0.0.1', `--port=${port}`, '--ServerApp.port_retries=0',
    `--IdentityProvider.token=${token}`, `--ServerApp.root_dir=${root}`,
    // Ticks of a live figure are outputs; the default limit is meant for runaway prints.
    '--ZMQChannelsWebsocketConnection.iopub_data_rate_limit=1e8', '--ZMQChannelsWebsocketConnection.iopub_msg_rate_limit=1e5',
  ]; // biome-ignore format: options by their kind
}

/** Jupyter's own files stay in the checkout. @param {NodeJS.ProcessEnv} env */
function labEnvironment(env) {
  /** @param {string} name */
  const own = (name) => {
    const path = inRoot('.jupyter', name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const notifications = join(own('settings'), '@jupyterlab', 'apputils-extension');
  mkdirSync(notifications, { recursive: true });
  const quiet = join(notifications, 'notification.jupyterlab-settings');
  // No question about news over the first figure, and no look for updates.
  if (!existsSync(quiet)) writeFileSync(quiet, '{ "fetchNews": "false", "checkForUpdates": false }\n');
  return {
    ...process.env,
    ...env,
    JUPYTER_CONFIG_DIR: own('config'),
    JUPYTER_DATA_DIR: own('data'),
    JUPYTER_RUNTIME_DIR: own('runtime'),
    JUPYTERLAB_SETTINGS_DIR: own('settings'),
    JUPYTERLAB_WORKSPACES_DIR: own('workspaces'),
    IPYTHONDIR: own('ipython'),
    JUPYTER_PLATFORM_DIRS: '1',
  };
}

/** @param {Background} lab @param {string} url @param {string} token */
async function ready(lab, url, token) {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline && !lab.ended) {
    const response = await fetch(url, { headers: { authorization: `token ${token}` } }).catch(
      () => undefined,
    );
    if (response?.ok) return;
    await sleep(100);
  }
  throw new LaunchError(
    lab.ended ? 'JupyterLab ended at once.' : `JupyterLab did not answer within ${READY_MS / 1000} s.`,
    'Delete .venv and run the command again; if it repeats, the lines above say why.',
    lab.output,
  );
}

/** @param {number | undefined} wanted */
async function choosePort(wanted) {
  if (wanted) {
    if (await free(wanted)) return wanted;
    throw new LaunchError(`Port ${wanted} is in use.`, 'Choose another with --port, or leave it out.');
  }
  for (let port = FIRST_PORT; port < FIRST_PORT + 200; port++) if (await free(port)) return port;
  throw new LaunchError(`No free port from ${FIRST_PORT} on.`, 'Choose one with --port.');
}

/** @param {number} port @returns {Promise<boolean>} */
function free(port) {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}

/** @param {string} url */
function openBrowser(url) {
  /** @type {Partial<Record<NodeJS.Platform, [string, ...string[]]>>} */
  const openers = { darwin: ['open'], win32: ['rundll32', 'url.dll,FileProtocolHandler'] };
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const opener = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  opener.on('error', () => console.error('No browser could be opened: open the URL by hand.'));
  opener.unref();
}

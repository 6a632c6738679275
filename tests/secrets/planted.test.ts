import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { type LoopbackKeyVault, startLoopbackKeyVault } from '../fixtures/azure/key-vault.ts';
import { notebooksCopy } from '../fixtures/demo.ts';
import { testWithPython } from '../fixtures/python.ts';
import { codeCells, printed, readNotebook } from '../notebooks/notebook.ts';
import { KEY, startLoopbackAdls } from '../store/adls/server.ts';

/*
 * A secret in every place where one may stand; then everything that whole processes print and write is searched for
 * any of them. The processes find the Key Vault by a real managed identity's endpoint, on loopback.
 */
const TOKEN = 'plan7ed-identity-token-of-the-vault';
const HOOK = `whsec_${Buffer.from('plan7ed-signing-key-24by').toString('base64')}`;
const SECRETS = [
  TOKEN,
  HOOK,
  HOOK.slice(6),
  'plan7ed-signing-key-24by',
  'plan7ed-collector-header',
  'plan7ed-account-key-0123456789==',
  'plan7ed-sas-signature',
  'plan7ed-client-secret',
  'plan7ed-identity-header',
  'plan7ed-literal-in-settings',
  'plan7ed-user-password',
  'plan7ed-token-of-the-page',
];

let folder: string;
let vault: LoopbackKeyVault;
let server: Server;
let url: string;
const seen: { path: string; headers: Record<string, unknown> }[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'candlebook-planted-'));
  vault = await startLoopbackKeyVault(TOKEN);
  vault.secrets.set('hook', HOOK).set('collector', 'plan7ed-collector-header');
  writeFileSync(join(folder, 'vault.pem'), vault.cert);
  // Managed identity, collector and webhook in one; the latter two refuse and repeat what they were sent.
  server = createServer((request, response) => {
    const path = new URL(request.url!, 'http://x').pathname;
    seen.push({ path, headers: request.headers });
    if (path === '/msi/token') {
      const expires = Math.floor(Date.now() / 1000) + 3_600;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          access_token: TOKEN,
          expires_on: String(expires),
          resource: 'https://vault.azure.net',
          token_type: 'Bearer',
        }),
      );
      return;
    }
    response.writeHead(401, { 'content-type': 'text/plain' }).end(JSON.stringify(request.headers));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await vault.close();
  rmSync(folder, { recursive: true });
});

const settings = (more: object = {}) => ({
  host: 'simulated',
  tables: join(folder, 'tables'),
  keyVault: vault.address,
  alerts: {
    rules: [{ name: 'any', kind: 'price', above: 1, cooldownSeconds: 0 }],
    webhook: { url: `${url}/hook`, secret: 'keyvault:hook', attempts: 2, pauseMs: 10 },
  },
  telemetry: {
    otlp: {
      url,
      headers: { authorization: 'keyvault:collector', 'x-second': 'plan7ed-literal-in-settings' },
    },
    everySeconds: 1,
    log: { level: 'trace', file: join(folder, 'run.log') },
  },
  ...more,
});

const environment = () => ({
  PATH: process.env.PATH,
  HOME: folder,
  NO_COLOR: '1',
  NODE_EXTRA_CA_CERTS: join(folder, 'vault.pem'),
  IDENTITY_ENDPOINT: `${url}/msi/token`,
  IDENTITY_HEADER: 'plan7ed-identity-header',
  AZURE_STORAGE_CONNECTION_STRING:
    'AccountName=other;AccountKey=plan7ed-account-key-0123456789==;EndpointSuffix=x',
});

/** The user's own settings and variables are where the secrets were put; everything else is searched. */
function leaks(texts: Record<string, string>): string[] {
  return Object.entries(texts).flatMap(([where, text]) => {
    const forms = SECRETS.flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
    ]);
    return forms.filter((form) => text.includes(form)).map((form) => `${form} in ${where}`);
  });
}

function written(): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.startsWith('settings') && statSync(join(folder, name)).isFile(),
  );
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
}

/** A process of its own, beside which the loopback servers go on answering. */
async function ran(
  args: string[],
  env: NodeJS.ProcessEnv = {},
  { command = process.execPath, cwd = folder } = {},
) {
  const child = spawn(command, args, {
    cwd,
    timeout: 90_000,
    env: { ...environment(), ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  await once(child, 'close');
  return { stdout, stderr, status: child.exitCode };
}

const node = (source: string) => ran(['--input-type=module', '-e', source]);
const cli = join(import.meta.dirname, '../../src/cli.ts');

const src = (path: string) => JSON.stringify(join(import.meta.dirname, '../../src', path));
const file = (name: string, content: object): string => {
  const path = join(folder, `settings-${name}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
};

test('alerts, telemetry, log and state of a process that uses them all', async () => {
  const { stdout, stderr, status } = await node(`
    const { loadSettings } = await import(${src('configuration/index.ts')});
    const { openSecrets } = await import(${src('secrets/index.ts')});
    const { openTelemetry } = await import(${src('telemetry/index.ts')});
    const { openAlerts } = await import(${src('alerts/index.ts')});
    const settings = loadSettings({}, { file: ${JSON.stringify(file('all', settings()))} });
    const secrets = openSecrets({ keyVault: settings.keyVault });
    const telemetry = await openTelemetry({ settings, source: 'simulated', secrets });
    const alerts = await openAlerts({
      settings, source: 'simulated', secrets,
      onDelivery: (outcome, alert, why) => telemetry.log.warn('post', { outcome, alert, why }),
    });
    telemetry.log.info('settings', { settings, key: await secrets.get('keyvault:hook') });
    console.dir(settings, { depth: null, showHidden: true });
    console.error(JSON.stringify(settings));
    alerts.take({ type: 'trade', symbol: settings.symbols[0], price: 2, time: Date.now() });
    await telemetry.span('post', { secret: await secrets.get('keyvault:collector') }, async () => {
      throw new Error('no ' + (await secrets.get('keyvault:hook')));
    }).catch((error) => telemetry.log.error('failed', { error }));
    await alerts.close(5_000);
    await telemetry.close();
    secrets.close();
    console.log('ended well');`);
  expect([stderr, status]).toEqual([expect.stringMatching(/^\{"host":"simulated",.*\}\n$/), 0]);
  expect(stdout.trim()).toMatch(/^\{[\s\S]*\nended well$/);
  const files = written();
  expect(Object.keys(files)).toEqual(
    expect.arrayContaining(['run.log', 'tables/simulated/state/alerts.json']),
  );
  expect(files['run.log']).toContain('"outcome":"refused"');
  // The secrets did their work: the vault let us in, the posts were signed, the collector got its header.
  expect(vault.calls).toContain('GET /secrets/hook/ 200');
  expect(seen.find(({ path }) => path === '/hook')!.headers['webhook-signature']).toMatch(/^v1,/);
  expect(seen.find(({ path }) => path === '/v1/logs')!.headers).toMatchObject({
    authorization: 'plan7ed-collector-header',
    'x-second': 'plan7ed-literal-in-settings',
  });
  expect(leaks({ stdout, stderr, ...files })).toEqual([]);
});

test.each([
  ['doctor', () => ['doctor', '--settings', file('doctor', settings())]],
  [
    'doctor --json, with tables on ADLS',
    () => [
      'doctor',
      '--json',
      '--settings',
      file('adls', settings({ tables: 'abfss://c@lake.dfs.core.windows.net/x' })),
    ],
  ],
  [
    'an address with a signature',
    () => ['run', '--tables', 'abfss://c@lake.dfs.core.windows.net/x?sv=1&sig=plan7ed-sas-signature'],
  ],
  [
    'settings that are refused',
    () => [
      'run',
      '--settings',
      file(
        'bad',
        settings({ alerts: { webhook: { url: 'ftp://me:plan7ed-user-password@x/', secret: HOOK } } }),
      ),
    ],
  ],
  [
    'a connection string of another account',
    () => ['table', 'info', 'raw/trades', '--tables', 'abfss://c@lake.dfs.core.windows.net/x'],
  ],
])(
  'what the command line prints: %s',
  async (_, words) => {
    const { stdout, stderr, status } = await ran([cli, ...words()], {
      AZURE_CLIENT_SECRET: 'plan7ed-client-secret',
    });
    expect(stdout + stderr).not.toBe('');
    expect([0, 1, 2]).toContain(status);
    expect(leaks({ stdout, stderr, ...written() })).toEqual([]);
  },
  60_000,
);

test('tables on ADLS whose key lies in the vault', async () => {
  const adls = await startLoopbackAdls();
  vault.secrets.set('lake', adls.connectionString);
  try {
    const words = ['run', '--host', 'simulated', '--run-seconds', '2', '--json'];
    const { stdout, stderr, status } = await ran(
      [cli, ...words, '--tables', 'abfss://tables@lake.dfs.core.windows.net/vault'],
      { AZURE_STORAGE_CONNECTION_STRING: 'keyvault:lake', CANDLEBOOK_KEY_VAULT: vault.address },
    );
    expect(status, stderr).toBe(0);
    expect(vault.calls).toContain('GET /secrets/lake/ 200');
    // Files appear by a rename: the tables were written there.
    expect(adls.calls.filter((call) => /^PUT/.test(call)).length).toBeGreaterThan(10);
    expect(stdout + stderr).not.toContain(KEY);
    expect(leaks({ stdout, stderr })).toEqual([]);
  } finally {
    await adls.close();
  }
}, 60_000);

test('a whole run: its lines, tables and errors', async () => {
  const words = ['run', '--settings', file('run', settings()), '--run-seconds', '3', '--json'];
  const { stdout, stderr, status } = await ran([cli, ...words]);
  expect(status, stderr).toBe(0);
  expect(stdout.split('\n').length).toBeGreaterThan(2);
  const files = written();
  expect(Object.keys(files).some((name) => name.endsWith('.parquet'))).toBe(true);
  expect(leaks({ stdout, stderr, ...files })).toEqual([]);
}, 60_000);

test('an error as a notebook and an uncaught exception print it', async () => {
  const { stderr } = await node(`
    const { CandlebookError } = await import(${src('market/index.ts')});
    const { openSecrets } = await import(${src('secrets/index.ts')});
    const key = await openSecrets({ keyVault: ${JSON.stringify(vault.address)} }).get('keyvault:hook');
    const cause = Object.assign(new Error('with ' + key), { request: { headers: { authorization: key } } });
    console.error(new CandlebookError('ACCESS_DENIED', 'It is ' + key, { value: { key }, cause }).stack);
    throw new CandlebookError('ACCESS_DENIED', 'It is ' + key, { value: { key }, hint: key, cause });`);
  expect(stderr).toContain('ACCESS_DENIED');
  expect(leaks({ stderr })).toEqual([]);
});

test('the served page: its documents, files, health, refusals and socket', async () => {
  const token = 'plan7ed-token-of-the-page';
  const child = spawn(
    process.execPath,
    [
      cli,
      'serve',
      '--port',
      '0',
      '--settings',
      file('serve', settings({ tables: join(folder, 'tables-serve') })),
    ],
    {
      cwd: folder,
      env: { ...environment(), CANDLEBOOK_TOKEN: token },
    },
  );
  const closed = once(child, 'close');
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  try {
    await expect.poll(() => stdout + stderr, { timeout: 30_000 }).toMatch(/http:\S+\?token=/);
    const port = Number(/:(\d+)\/\?token/.exec(stdout)![1]);
    const texts: Record<string, string> = {};
    const ask = async (path: string, headers: Record<string, string>) => {
      const { status, text } = await answer(port, path, headers);
      texts[`${path} with ${Object.keys(headers)}`] = text;
      return { status, text };
    };
    const known = { authorization: `Bearer ${token}` };
    // The webhook refuses and repeats the headers that it got; health says that alerts are not posted.
    const health = async () => (await ask('/readyz', known)).text;
    await expect.poll(health, { timeout: 30_000 }).toMatch(/"alerts":"(?!ok)/);
    for (const path of ['/', '/candles.csv', '/tickers.csv', '/healthz', '/page.js'])
      expect([path, (await ask(path, known)).status]).toEqual([path, 200]);
    for (const [status, path, headers] of [
      [401, '/', {}],
      [401, '/readyz', {}],
      [401, '/?token=wrong-token-9876543210', {}],
      [403, '/board', { ...known, origin: 'https://evil.example' }],
      [421, '/', { ...known, host: 'evil.example' }],
      [400, '/?symbol=NOPE', known],
      [404, '/settings.json', known],
    ] as const)
      expect([path, (await ask(path, headers)).status]).toEqual([path, status]);

    const { board } = JSON.parse((await ask('/board', known)).text) as { board: string };
    const origin = `http://127.0.0.1:${port}`;
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/live?board=${board}`, {
      headers: { ...known, origin },
    });
    const frames: string[] = [];
    socket.on('message', (data) => frames.push(String(data)));
    await expect.poll(() => frames.length, { timeout: 30_000 }).toBeGreaterThan(10);
    socket.terminate();
    expect(leaks({ ...texts, frames: frames.join('\n') })).toEqual([]);
  } finally {
    child.kill('SIGTERM');
    await closed;
  }
  // The address that a viewer opens first is the one place where the token stands.
  expect(leaks({ stdout: stdout.replace(/\?token=\S+/, ''), stderr, ...written() })).toEqual([]);
}, 90_000);

function answer(
  port: number,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject).end();
  });
}

/** What somebody may look at in a notebook, a failed cell included. */
const CELLS = [
  `import { inspect } from 'node:util';
import { CandlebookError, loadSettings, openSecrets, serveRun, startDashboard } from 'candlebook';
const settings = loadSettings();
console.dir(settings, { depth: null, showHidden: true });
console.log(JSON.stringify(settings), inspect(settings.telemetry, { customInspect: false, depth: null }));
settings`,
  'const live = await startDashboard(settings);',
  `await live.updates(10);
for (let i = 0; i < 100 && !live.summary().alerting; i++) await live.updates(1);
console.log(inspect(live, { depth: 6 }), '%o', settings.telemetry);
live.summary()`,
  `const page = await serveRun(live, { port: 0, token: process.env.CANDLEBOOK_TOKEN });
console.log(page.url, page, live.alerts);
await fetch(page.url + 'readyz').then((answer) => answer.text())`,
  `await page.close();
await live.stop()`,
  `const key = await openSecrets({ keyVault: settings.keyVault }).get('keyvault:hook');
throw new CandlebookError('ACCESS_DENIED', 'It is ' + key, { value: { key }, cause: new Error('with ' + key) });`,
];

testWithPython(
  'an executed notebook: outputs, pictures, a failed cell, and its file',
  async (python) => {
    const copy = notebooksCopy();
    try {
      const name = 'planted.ipynb';
      const place = join(copy.folder, 'planted');
      mkdirSync(place);
      writeFileSync(
        join(place, '.candlebook.json'),
        JSON.stringify(settings({ tables: join(folder, 'tables-notebook') })),
      );
      const { metadata } = readNotebook(join(copy.folder, '04-runner.ipynb'));
      const cells = CELLS.map((source, i) => ({
        ...{ cell_type: 'code', id: `cell${i}`, metadata: {}, execution_count: null, outputs: [], source },
      }));
      writeFileSync(join(place, name), JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
      const words = ['-m', 'nbconvert', '--execute', '--allow-errors', '--to', 'notebook', '--inplace'];
      const env = { ...environment(), CANDLEBOOK_TOKEN: 'plan7ed-token-of-the-page' };
      const { stdout, stderr, status } = await ran([...words, name], env, { command: python, cwd: place });
      expect(status, stderr).toBe(0);
      const executed = readNotebook(join(place, name));
      const [shown, , run, , ended, failed] = codeCells(executed).map(printed);
      expect(shown).toContain("secret: 'keyvault:hook'");
      expect(shown).toContain('"secret":"keyvault:hook"');
      expect(run).toMatch(/alerting: '/);
      expect(failed).toContain('ACCESS_DENIED');
      expect(ended).toContain("endedBy: 'code'");
      expect(leaks({ stdout, stderr, notebook: JSON.stringify(executed), ...written() })).toEqual([]);
    } finally {
      copy.remove();
    }
  },
  120_000,
);

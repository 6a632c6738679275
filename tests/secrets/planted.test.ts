import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LoopbackKeyVault, startLoopbackKeyVault } from '../fixtures/azure/key-vault.ts';

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
async function ran(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    timeout: 60_000,
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
    alerts.take({ type: 'trade', symbol: settings.symbols[0], price: 2, time: Date.now() });
    await telemetry.span('post', { secret: await secrets.get('keyvault:collector') }, async () => {
      throw new Error('no ' + (await secrets.get('keyvault:hook')));
    }).catch((error) => telemetry.log.error('failed', { error }));
    await alerts.close(5_000);
    await telemetry.close();
    secrets.close();
    console.log('ended well');`);
  expect([stderr, stdout.trim(), status]).toEqual(['', 'ended well', 0]);
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
    expect([0, 1]).toContain(status);
    expect(leaks({ stdout, stderr, ...written() })).toEqual([]);
  },
  60_000,
);

test('a whole run: its lines, tables and errors', async () => {
  const words = ['run', '--settings', file('run', settings()), '--run-seconds', '3', '--json'];
  const { stdout, stderr, status } = await ran([cli, ...words]);
  expect(status).toBe(0);
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

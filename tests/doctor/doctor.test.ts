import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { diagnose, type Finding } from '../../src/doctor/index.ts';
import { nodeCheck } from '../../src/doctor/machine.ts';
import { type HostAddresses, SOURCE_HEADER } from '../../src/market/index.ts';

const AWAY = { restUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1' };
let folder: string;
let servers: Server[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlebook-doctor-'));
  servers = [];
});
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
  rmSync(folder, { recursive: true });
});

/** A host that answers so to every call; its clock is `ahead` ms; its streams answer, refuse or say nothing. */
async function host(
  status: number,
  ahead = 0,
  streams: 'answer' | 'refuse' | 'silent' = 'answer',
): Promise<HostAddresses> {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', [SOURCE_HEADER]: 'simulated' });
    response.end(
      status === 200
        ? JSON.stringify({ serverTime: Date.now() + ahead })
        : JSON.stringify({ code: 0, msg: 'no' }),
    );
  });
  if (streams !== 'refuse') {
    new WebSocketServer({ server }).on('connection', (socket) => {
      if (streams === 'answer') socket.on('message', () => socket.send('{"result":[],"id":1}'));
    });
  }
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { restUrl: `http://${place}`, wsUrl: `ws://${place}` };
}

async function examined(
  settings: object,
  hosts: Record<string, HostAddresses>,
  env: Record<string, string> = {},
) {
  const file = join(folder, 'settings.json');
  writeFileSync(file, JSON.stringify({ tables: join(folder, 'tables'), ...settings }));
  const told: Finding[] = [];
  const { PATH = '' } = process.env;
  const diagnosis = await diagnose({
    file,
    env: { PATH, ...env },
    hosts,
    onFinding: (finding) => told.push(finding),
  });
  expect(told).toEqual(diagnosis.findings);
  const of = (name: string) => diagnosis.findings.find((finding) => finding.name === name)!;
  return { ...diagnosis, of };
}

test('each host says whether it is allowed from here; only that of the settings has to be', async () => {
  const hosts = {
    'binance.us': await host(200),
    'binance.com': await host(451),
    'data-only': await host(403),
    away: AWAY,
  };
  const well = await examined({ host: 'binance.us' }, hosts);
  expect(well.ok).toBe(true);
  expect(well.of('binance.us')).toMatchObject({
    status: 'ok',
    found: expect.stringMatching(/^allowed from here, REST \d+ ms, streams \d+ ms, in use$/),
  });
  expect(well.of('binance.com')).toMatchObject({
    status: 'warn',
    found: 'not allowed from this region (451)',
  });
  expect(well.of('data-only')).toMatchObject({ status: 'warn', found: 'refused by its firewall (403)' });
  expect(well.of('away')).toMatchObject({
    status: 'warn',
    found: expect.stringMatching(/^not reached \(.+\)$/),
  });
  const ill = await examined({ host: 'binance.com' }, hosts);
  expect(ill.ok).toBe(false);
  expect(ill.of('binance.com')).toMatchObject({
    status: 'fail',
    advice: expect.stringContaining('CANDLEBOOK_HOST'),
  });
});

test('streams that are refused or silent are told apart from REST, and fail a live run alone', async () => {
  const [refusing, silent] = await Promise.all([host(200, 0, 'refuse'), host(200, 0, 'silent')]);
  const hosts = { 'binance.us': refusing, 'binance.com': silent };
  const live = await examined({ host: 'binance.us' }, hosts);
  expect(live.ok).toBe(false);
  expect(live.of('binance.us')).toMatchObject({
    status: 'fail',
    found: expect.stringMatching(/^allowed from here, REST \d+ ms, but its streams are /),
    advice: expect.stringMatching(/refresh \(CANDLEBOOK_REFRESH\) to 5, 15 or 30/),
  });
  expect(live.of('binance.com')).toMatchObject({
    status: 'warn',
    found: expect.stringMatching(/not reached \(no frame within \d+ ms\)/),
    advice: expect.stringMatching(/^Let WebSocket connections to 127\.0\.0\.1:\d+ through/),
  });
  expect(
    (await examined({ host: 'binance.us', refresh: 5 }, { 'binance.us': refusing })).of('binance.us').status,
  ).toBe('warn');
}, 60_000);

test('every line that is not well says what to do', async () => {
  const { findings, ok } = await examined(
    { host: 'binance.com', keyVault: 'https://127.0.0.1:1', alerts: { webhook: { url: 'env:GONE' } } },
    { 'binance.com': await host(200, 90_000) },
  );
  expect(ok).toBe(false);
  for (const { name, status, found, advice } of findings) {
    expect(found, name).not.toBe('');
    if (status === 'fail' || status === 'warn') expect(advice, name).toMatch(/\w+ \w+/);
  }
  const failed = findings.filter(({ status }) => status === 'fail').map(({ name }) => name);
  expect(failed).toEqual(expect.arrayContaining(['Clock', 'Secrets']));
});

test('the clock is compared, broken settings are a line of their own', async () => {
  const hosts = { 'binance.us': await host(200, -5_000) };
  const { of } = await examined({ theme: 'pink' }, hosts);
  expect(of('Settings')).toMatchObject({
    status: 'fail',
    found: expect.stringContaining('theme is "pink"'),
    advice: expect.stringContaining('"dark"'),
  });
  expect(of('Clock').status).toBe('fail');
  expect(of('Clock').found).toMatch(/^\+(?:4\d\d\d|5\d\d\d) ms/);
});

test('the embedded exchange needs no host', async () => {
  const { ok, of } = await examined({ host: 'simulated' }, { 'binance.us': AWAY });
  expect(of('simulated').status).toBe('ok');
  expect(of('binance.us').status).toBe('warn');
  expect(of('ADLS').status).toBe('skip');
  expect(of('Azure identity').status).toBe('skip');
  expect(of('Disk').status).toMatch(/ok|warn/);
  expect(ok).toBe(true);
});

test('secrets are tried, and not shown', async () => {
  const { of, findings } = await examined(
    { host: 'simulated', alerts: { webhook: { url: 'https://127.0.0.1:1/', secret: 'env:HOOK' } } },
    {},
    { HOOK: 'pl4nted-for-the-doctor' },
  );
  expect(of('Secrets')).toEqual({ name: 'Secrets', status: 'ok', found: '1 can be read' });
  expect(JSON.stringify(findings)).not.toContain('pl4nted');
});

test('a Node that is too old is told', async () => {
  expect((await nodeCheck('20.11.0').look()).status).toBe('fail');
  expect((await nodeCheck('22.19.0').look()).status).toBe('ok');
});

test('a topic whose broker is away fails, with what to do; without one it is no matter', async () => {
  const hosts = { 'binance.us': await host(200) };
  expect((await examined({ host: 'binance.us' }, hosts)).of('Topic').status).toBe('skip');
  const away = await examined({ host: 'binance.us', topic: '127.0.0.1:9' }, hosts);
  expect(away.of('Topic')).toMatchObject({
    status: 'fail',
    found: expect.stringContaining('ECONNREFUSED'),
    advice: expect.stringContaining('broker'),
  });
});

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Alert, type Alerts, type AlertsOptions, openAlerts } from '../../src/alerts/index.ts';
import { Record as SavedRecord } from '../../src/alerts/record.ts';
import { loadSettings } from '../../src/configuration/index.ts';
import { CandlebookError } from '../../src/market/index.ts';
import { openSecrets } from '../../src/secrets/index.ts';
import { trade } from '../fixtures/market.ts';

const SECRET = `whsec_${Buffer.from('a-planted-signing-key-24').toString('base64')}`;

interface Post {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let folder: string;
let url: string;
let posts: Post[];
/** Status of each answer in turn, then 200; `hang` never answers. */
let answers: (number | 'hang')[];
let open: Alerts[];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  posts.push({ headers: request.headers, body });
  const answer = answers.shift() ?? 200;
  if (answer === 'hang') return;
  response.writeHead(answer, answer === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end();
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'candlebook-alerts-'));
  [posts, answers, open] = [[], [], []];
  if (!server.listening) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterEach(async () => {
  for (const one of open) await one.close(0);
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  rmSync(folder, { recursive: true });
});

const outcomes: string[] = [];
async function start(webhook: object = {}, more: Partial<AlertsOptions> = {}): Promise<Alerts> {
  const settings = loadSettings(
    {
      tables: folder,
      alerts: {
        rules: [
          { name: 'high', kind: 'price', above: 100, hysteresis: 0, cooldownSeconds: 0, symbols: ['BTCUSD'] },
        ],
        webhook: { url, secret: 'env:HOOK', pauseMs: 5, longestPauseMs: 20, timeoutMs: 500, ...webhook },
      },
    },
    { env: {} },
  );
  outcomes.length = 0;
  const secrets = openSecrets({ env: { HOOK: SECRET } });
  const alerts = await openAlerts({
    settings,
    source: 'simulated',
    secrets,
    onDelivery: (outcome, _, why) => outcomes.push([outcome, why].filter(Boolean).join(': ')),
    ...more,
  });
  open.push(alerts);
  return alerts;
}

/** Goes over the level and back, `count` times. */
let time = Date.UTC(2026, 10, 24);
function fire(alerts: Alerts, count = 1): void {
  for (let i = 0; i < count; i++)
    for (const price of [101, 99]) alerts.take(trade('BTCUSD', { price, time: time++ }), 0);
}

const ids = () => posts.map(({ headers }) => headers['webhook-id']);
const settled = (count: number) => expect.poll(() => outcomes.length, { timeout: 10_000 }).toBe(count);

test('an alert is posted, signed as Standard Webhooks has it', async () => {
  const alerts = await start();
  fire(alerts);
  await settled(1);
  const { headers, body } = posts[0]!;
  const verified = new Webhook(SECRET).verify(body, headers as Record<string, string>) as {
    type: string;
    text: string;
    data: Alert;
  };
  expect(verified.type).toBe('candlebook.alert');
  expect(verified.text).toBe('[warning] high: BTCUSD is at 101, above 100 (simulated data)');
  expect(verified.data).toEqual(alerts.recent[0]);
  expect(headers['webhook-id']).toBe(alerts.recent[0]!.id);
  expect(() =>
    new Webhook(SECRET).verify(body.replace('101', '102'), headers as Record<string, string>),
  ).toThrow();
  expect(outcomes).toEqual(['delivered']);
});

test('what fails is tried again with the same id after growing pauses; alerts stay in order', async () => {
  answers = [500, 429, 'hang'];
  const alerts = await start();
  fire(alerts, 2);
  await settled(2);
  const [first, second] = alerts.recent.map(({ id }) => id);
  expect(ids()).toEqual([first, first, first, first, second]);
  expect(outcomes).toEqual(['delivered', 'delivered']);
});

test('a refusal is final, a redirect is not followed, and tries end', async () => {
  answers = [404, 302, 503, 503];
  const alerts = await start({ attempts: 2 });
  fire(alerts, 4);
  await settled(4);
  expect(outcomes).toEqual(['refused: HTTP 404', 'refused: HTTP 302', 'given up: HTTP 503', 'delivered']);
});

test('the queue is bounded: the oldest that waits is given up, and told', async () => {
  answers = ['hang'];
  const alerts = await start({ queue: 3, timeoutMs: 60_000 });
  fire(alerts);
  await expect.poll(() => posts.length, { timeout: 10_000 }).toBe(1);
  fire(alerts, 5);
  expect(alerts.waiting).toBe(3);
  expect(outcomes).toEqual(['queue full', 'queue full', 'queue full']);
  expect(alerts.count).toBe(6);
});

test('across restarts: what was told is not told again, what waited is posted, once', async () => {
  answers = Array(50).fill(503);
  const first = await start({ pauseMs: 60_000, longestPauseMs: 60_000 });
  fire(first, 2);
  first.take(trade('BTCUSD', { price: 101, time: time++ }), 0);
  await expect.poll(() => posts.length, { timeout: 10_000 }).toBe(1);
  await first.close(0);
  const waited = first.recent.map(({ id }) => id);
  expect(waited).toHaveLength(3);
  [posts, answers] = [[], []];
  const second = await start();
  second.take(trade('BTCUSD', { price: 102, time: time++ }), 0);
  await settled(3);
  expect(ids()).toEqual(waited);
  await second.close();
  posts = [];
  const third = await start();
  await third.close();
  expect(posts).toEqual([]);
});

test('that a post begins is written down before it begins', async () => {
  const order: string[] = [];
  const stateFile = {
    location: 'slow',
    read: async () => undefined,
    write: async (text: string) => {
      await sleep(50);
      order.push(text.includes('"isPosting":true') ? 'posting' : 'state');
      order.push(`${posts.length} posts`);
    },
  };
  fire(await start({}, { stateFile }));
  await settled(1);
  expect(order.slice(0, 2)).toEqual(['posting', '0 posts']);
});

test('a process that is killed during a post does not repeat it', async () => {
  answers = ['hang'];
  const first = await start({ timeoutMs: 60_000 });
  fire(first, 2);
  await expect.poll(() => posts.length, { timeout: 10_000 }).toBe(1);
  const state = join(folder, 'simulated', 'state', 'alerts.json');
  const posting = () =>
    JSON.parse(readFileSync(state, 'utf8')).outbox.map((one: { isPosting: boolean }) => one.isPosting);
  // The second alert is written down beside the first one's post.
  await expect.poll(posting, { timeout: 10_000 }).toEqual([true, false]);
  const atTheKill = readFileSync(state, 'utf8');
  posts = [];
  const stateFile = { location: state, read: async () => atTheKill, write: async () => undefined };
  await start({}, { stateFile });
  await settled(2);
  expect(outcomes).toEqual(['unknown: the process ended during the post', 'delivered']);
  expect(ids()).toEqual([first.recent[1]!.id]);
});

test('where the state can not be read or written, alerts go on and it is told, as is that it can be again', async () => {
  const told: string[] = [];
  let isFull = true;
  const stateFile = {
    location: 'nowhere',
    read: async () => 'not JSON',
    write: async () => {
      if (isFull) throw new CandlebookError('TABLE_UNWRITABLE', 'The disk is full.');
    },
  };
  const onTrouble = ({ code }: CandlebookError) => told.push(code);
  const alerts = await start({}, { stateFile, onTrouble, onRecovery: () => told.push('well') });
  fire(alerts);
  await settled(1);
  expect(posts).toHaveLength(1);
  expect(new Set(told)).toEqual(new Set(['TABLE_INVALID', 'TABLE_UNWRITABLE']));
  isFull = false;
  fire(alerts);
  await settled(2);
  expect(told.at(-1)).toBe('well');
});

test('a run that takes over while the state can not be read begins once it can', async () => {
  const lease = { renewMs: 20, expireMs: 400, lookMs: 10 };
  const first = await start({}, { lease });
  fire(first);
  await settled(1);
  const told: string[] = [];
  const onTrouble = ({ code }: CandlebookError) => told.push(code);
  const second = await start({}, { lease, onTrouble, onRecovery: () => told.push('well') });
  expect(second.toldBy).toMatch(/^process/);
  const state = join(folder, 'simulated', 'state', 'alerts.json');
  renameSync(state, `${state}.away`);
  mkdirSync(state);
  await first.close(0);
  await expect.poll(() => told.length, { timeout: 10_000 }).toBeGreaterThan(1);
  expect(told).not.toContain('well');
  rmSync(state, { recursive: true });
  renameSync(`${state}.away`, state);
  await expect.poll(() => told.at(-1), { timeout: 10_000 }).toBe('well');
  outcomes.length = 0;
  fire(second);
  await settled(1);
  expect(new Set(ids()).size).toBe(2);
});

test('a state that could not be written is written again though nothing changes', async () => {
  vi.useFakeTimers();
  try {
    const written: string[] = [];
    const troubles: (string | undefined)[] = [];
    let isFull = true;
    const write = async (text: string) => {
      if (isFull) throw new CandlebookError('TABLE_UNWRITABLE', 'The disk is full.');
      written.push(text);
    };
    const record = new SavedRecord({
      file: { location: 'nowhere', read: async () => undefined, write },
      state: () => ({ memories: 1 }),
      mayWrite: () => true,
      onTrouble: ({ code }) => troubles.push(code),
      onWritten: () => troubles.push(undefined),
    });
    await record.save();
    isFull = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect([written.length, troubles]).toEqual([1, ['TABLE_UNWRITABLE', undefined]]);
    await record.close();
  } finally {
    vi.useRealTimers();
  }
});

test('the secret is nowhere in the state, and without one posts are not signed', async () => {
  const alerts = await start({ secret: undefined });
  fire(alerts);
  await settled(1);
  expect(posts[0]!.headers['webhook-signature']).toBeUndefined();
  await alerts.close();
  const text = readFileSync(join(folder, 'simulated', 'state', 'alerts.json'), 'utf8');
  expect(text).not.toContain(SECRET.slice(6));
  expect(JSON.parse(text)).toMatchObject({ version: 1, outbox: [] });
});

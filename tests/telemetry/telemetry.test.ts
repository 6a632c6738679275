import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadSettings } from '../../src/configuration/index.ts';
import { CandlebookError } from '../../src/market/index.ts';
import { openSecrets } from '../../src/secrets/index.ts';
import { openTelemetry, type Telemetry } from '../../src/telemetry/index.ts';
import { loopbackCertificate } from '../fixtures/certificate.ts';
import { describeWithPython } from '../fixtures/python.ts';

const KEY = 'pl4nted-collector-key';
interface Post {
  readonly path: string;
  readonly headers: Record<string, unknown>;
  readonly body: Buffer;
}

let posts: Post[];
let servers: Server[];
let opened: Telemetry[];
let folder: string;
beforeEach(() => {
  [posts, servers, opened] = [[], [], []];
  folder = mkdtempSync(join(tmpdir(), 'candlebook-telemetry-'));
});
afterEach(async () => {
  for (const one of opened) await one.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
  rmSync(folder, { recursive: true });
});

async function receive(server: Server, answer: (post: Post) => string): Promise<number> {
  server.on('request', async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const post = {
      path: request.url!,
      headers: request.headers,
      body: request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body,
    };
    posts.push(post);
    response.writeHead(200, { 'content-type': post.headers['content-type'] as string }).end(answer(post));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function open(telemetry: object): Promise<Telemetry> {
  const settings = loadSettings({ telemetry }, { env: {} });
  const secrets = openSecrets({
    env: { KEY, AZURE: `InstrumentationKey=00000000-0000-4000-8000-0000feedbeef;${azureEndpoint}` },
  });
  // Somebody has asked for it, as whoever prints a secret has.
  await secrets.get('env:KEY');
  const made = await openTelemetry({ settings, source: 'simulated', version: '1.2.3', secrets });
  opened.push(made);
  return made;
}
let azureEndpoint = '';

/** A bit of everything, with secrets where they do not belong. */
async function use(telemetry: Telemetry): Promise<void> {
  telemetry.count('candlebook.events', 7, { type: 'trade' });
  telemetry.count('candlebook.events', 2, { type: 'ticker' });
  telemetry.record('candlebook.latency.painted', 42);
  telemetry.record('candlebook.latency.painted', Number.NaN);
  telemetry.watchFeed(() => ({
    gaps: 3,
    missing: 1,
    filled: 9,
    reconnects: 2,
    conflated: 5,
    waiting: 11,
    usedWeight: 40,
  }));
  telemetry.observe('candlebook.queue.depth', () => [[4, { queue: 'store' }]]);
  telemetry.log.info('connected', { url: `https://x/?sig=${KEY}`, count: 3 });
  telemetry.log.debug('too quiet');
  await telemetry.span('store.commit', { table: 'trades', note: KEY }, async () => 1);
  const failed = telemetry.span('alert.post', {}, async () => {
    throw new Error(`no ${KEY}`);
  });
  await expect(failed).rejects.toThrow(KEY);
}

describeWithPython('OTLP', ['opentelemetry.proto'], (python) => {
  test('metrics, traces and logs arrive as the protocol has it, with the secret header and without secrets', async () => {
    const port = await receive(createServer(), () => '');
    const telemetry = await open({
      otlp: { url: `http://127.0.0.1:${port}/`, headers: { 'x-key': 'env:KEY' } },
      everySeconds: 3_600,
    });
    await use(telemetry);
    await telemetry.flush();
    expect(posts.map(({ path }) => path).sort()).toEqual(['/v1/logs', '/v1/metrics', '/v1/traces']);
    for (const { headers } of posts)
      expect(headers).toMatchObject({ 'content-type': 'application/x-protobuf', 'x-key': KEY });
    const input = posts
      .map(({ path, body }) => JSON.stringify({ path, body: body.toString('base64') }))
      .join('\n');
    const script = join(import.meta.dirname, 'otlp.py');
    const { status, stdout, stderr } = spawnSync(python, [script], {
      input,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).not.toContain('pl4nted');
    const read = Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .map(({ path, message }) => [path, message]),
    );

    const [metrics] = read['/v1/metrics'].resourceMetrics;
    const attributes = Object.fromEntries(
      metrics.resource.attributes.map(({ key, value }: { key: string; value: { stringValue: string } }) => [
        key,
        value.stringValue,
      ]),
    );
    expect(attributes).toMatchObject({
      'service.name': 'candlebook',
      'service.version': '1.2.3',
      'candlebook.source': 'simulated',
    });
    const byName = Object.fromEntries(
      metrics.scopeMetrics[0].metrics.map((metric: { name: string }) => [metric.name, metric]),
    );
    expect(byName['candlebook.events']).toMatchObject({
      unit: '{event}',
      sum: { isMonotonic: true, aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE' },
    });
    expect(
      byName['candlebook.events'].sum.dataPoints.map((point: { asDouble: number }) => point.asDouble),
    ).toEqual([7, 2]);
    expect(byName['candlebook.latency.painted'].histogram.dataPoints[0]).toMatchObject({
      count: '1',
      sum: 42,
      max: 42,
    });
    expect(byName['candlebook.feed.filled'].sum).toMatchObject({
      isMonotonic: true,
      dataPoints: [{ asDouble: 9 }],
    });
    expect(
      byName['candlebook.queue.depth'].gauge.dataPoints.map((point: { asDouble: number }) => point.asDouble),
    ).toEqual([11, 4]);
    expect(byName['process.memory.usage'].gauge.dataPoints).toHaveLength(3);

    const spans = read['/v1/traces'].resourceSpans[0].scopeSpans[0].spans;
    expect(spans.map(({ name, status }: { name: string; status: object }) => [name, status])).toEqual([
      ['store.commit', {}],
      ['alert.post', { code: 'STATUS_CODE_ERROR', message: 'no [redacted]' }],
    ]);
    const records = read['/v1/logs'].resourceLogs[0].scopeLogs[0].logRecords;
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      severityText: 'INFO',
      severityNumber: 'SEVERITY_NUMBER_INFO',
      body: { stringValue: 'connected' },
    });
  });
});

test('Application Insights: metrics, traces and logs arrive by its own protocol', async () => {
  const { key, cert } = await loopbackCertificate();
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, cert]);
  try {
    const port = await receive(createSecureServer({ key, cert }) as unknown as Server, ({ body }) => {
      const { length } = JSON.parse(body.toString());
      return JSON.stringify({ itemsReceived: length, itemsAccepted: length, errors: [] });
    });
    azureEndpoint = `IngestionEndpoint=https://localhost:${port}/;LiveEndpoint=https://localhost:${port}/`;
    const telemetry = await open({ azureMonitor: { connectionString: 'env:AZURE' }, everySeconds: 3_600 });
    await use(telemetry);
    await telemetry.flush();
    const tracks = posts.filter(({ path }) => path.startsWith('/v2'));
    expect(new Set(tracks.map(({ path }) => path.split('?')[0]))).toEqual(new Set(['/v2.1/track']));
    const envelopes = tracks.flatMap(
      ({ body }) =>
        JSON.parse(body.toString()) as {
          name: string;
          iKey: string;
          tags: Record<string, string>;
          data: { baseType: string; baseData: Record<string, unknown> };
        }[],
    );
    const of = (type: string) =>
      envelopes.filter(({ data }) => data.baseType === type).map(({ data }) => data.baseData);
    expect(new Set(envelopes.map(({ iKey }) => iKey))).toEqual(
      new Set(['00000000-0000-4000-8000-0000feedbeef']),
    );
    expect(envelopes[0]!.tags['ai.cloud.role']).toBe('candlebook');
    const names = of('MetricData').flatMap(({ metrics }) =>
      (metrics as { name: string }[]).map(({ name }) => name),
    );
    expect(names).toEqual(
      expect.arrayContaining([
        'candlebook.events',
        'candlebook.latency.painted',
        'candlebook.feed.missing',
        'process.memory.usage',
      ]),
    );
    expect(of('MessageData')).toEqual([expect.objectContaining({ message: 'connected' })]);
    expect(of('RemoteDependencyData').map(({ name }) => name)).toEqual(['store.commit', 'alert.post']);
    expect(JSON.stringify(envelopes.map(({ data }) => data))).not.toContain('pl4nted');
  } finally {
    setDefaultCACertificates(before);
    azureEndpoint = '';
  }
});

test('a text that is no connection string is refused without being shown', async () => {
  await expect(open({ azureMonitor: { connectionString: 'pl4nted-nonsense' } })).rejects.toThrow(
    expect.objectContaining({ code: 'SETTING_INVALID', message: expect.not.stringContaining('pl4nted') }),
  );
});

describe('a port', () => {
  test('/healthz and /readyz say what fails; /metrics is there; anything else is not', async () => {
    const telemetry = await open({ port: 0 });
    telemetry.count('candlebook.alerts', 1, { rule: KEY, severity: 'info' });
    const ask = async (path: string, method = 'GET') => {
      const response = await fetch(`${telemetry.url}${path}`, { method });
      return [response.status, await response.text()] as const;
    };
    expect(await ask('/readyz')).toEqual([200, '{"status":"ok","checks":{}}\n']);
    let feed: string | undefined = 'reconnecting';
    telemetry.health.add('feed', () => feed);
    telemetry.health.add('loop', () => undefined, { live: true });
    telemetry.health.add('store', () => {
      throw new Error('disk full, password=pl4nted');
    });
    expect(await ask('/healthz')).toEqual([200, '{"status":"ok","checks":{"loop":"ok"}}\n']);
    const [status, text] = await ask('/readyz');
    expect(status).toBe(503);
    expect(JSON.parse(text).checks).toEqual({
      loop: 'ok',
      feed: 'reconnecting',
      store: 'disk full, password=[redacted]',
    });
    feed = undefined;
    telemetry.health.add('store', () => undefined);
    expect((await ask('/readyz'))[0]).toBe(200);
    const [, exposition] = await ask('/metrics');
    expect(exposition).toMatch(/^# TYPE candlebook_alerts_total counter$/m);
    expect(exposition).toMatch(/^candlebook_alerts_total\{.*severity="info".*\} 1$/m);
    expect((await ask('/metrics', 'POST'))[0]).toBe(405);
    expect((await ask('/'))[0]).toBe(404);
  });

  test('that is taken is told, and nothing is left open', async () => {
    const first = await open({ port: 0 });
    const port = Number(new URL(first.url!).port);
    await expect(open({ port })).rejects.toThrow(expect.objectContaining({ code: 'PORT_IN_USE' }));
  });
});

describe('the log', () => {
  test('is JSON lines with levels, without secrets', async () => {
    const file = join(folder, 'logs', 'run.log');
    const telemetry = await open({ log: { file, level: 'debug' } });
    await openSecrets({ env: { KEY } }).get('env:KEY');
    telemetry.log.trace('not this');
    telemetry.log.debug('first', { n: 1n });
    telemetry.log.warn(`second ${KEY}`, {
      error: new CandlebookError('BANNED', 'Wait.'),
      header: { authorization: 'Bearer pl4nted-token-of-somebody' },
    });
    telemetry.log.error('third', { error: new Error(`with ${KEY}`), nested: JSON.stringify({ key: KEY }) });
    await telemetry.close();
    opened.pop();
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain('pl4nted');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ['debug', 'first'],
      ['warn', 'second [redacted]'],
      ['error', 'third'],
    ]);
    expect(lines[1].error).toEqual({ name: 'CandlebookError', code: 'BANNED', message: 'Wait.' });
    expect(Date.parse(lines[0].time)).toBeGreaterThan(Date.now() - 60_000);
  });
});

test('where nothing is asked for, nothing is loaded', () => {
  const script = `
    const { registerHooks } = await import('node:module');
    const loaded = [];
    registerHooks({ load: (url, context, next) => (/opentelemetry|pino|@azure/.test(url) && loaded.push(url), next(url, context)) });
    const { openTelemetry } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/telemetry/index.ts'))});
    const { openSecrets } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/secrets/index.ts'))});
    const { loadSettings } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/configuration/index.ts'))});
    await import(${JSON.stringify(join(import.meta.dirname, '../../src/alerts/index.ts'))});
    const telemetry = await openTelemetry({ settings: loadSettings({}, { env: {} }), source: 'live' });
    telemetry.count('candlebook.events');
    telemetry.log.error('nobody listens');
    await telemetry.span('x', {}, async () => openSecrets());
    await telemetry.close();
    console.log(JSON.stringify(loaded));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual([]);
});

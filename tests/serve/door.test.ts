import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import type { Mount, Tick } from '../../src/dashboard/wire.ts';
import { CandlebookError } from '../../src/market/index.ts';
import type { ServeOptions } from '../../src/serve/index.ts';
import { type PageServer, servePage } from '../../src/serve/server.ts';
import { SampleSource } from './source.ts';

const eventually = { timeout: 15_000 };
const TOKEN = 'planted-token-0123456789';
const open: PageServer[] = [];
const sockets: WebSocket[] = [];

async function serve(options: ServeOptions = {}): Promise<{ page: PageServer; source: SampleSource }> {
  const source = new SampleSource();
  const page = await servePage(source, { port: 0, ...options });
  open.push(page);
  return { page, source };
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await Promise.all(open.splice(0).map((page) => page.close()));
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

/** A request whose path and Host go out as they are written here. */
function get(
  page: PageServer,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(
      { host: '127.0.0.1', port: page.port, path, method, headers: { connection: 'close', ...headers } },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => (body += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    )
      .on('error', reject)
      .end();
  });
}

const mountOf = async (page: PageServer, query = ''): Promise<Mount> =>
  JSON.parse((await get(page, `/board${query}`)).body) as Mount;

/** @returns the open socket, or the status by which it was refused */
function look(
  page: PageServer,
  board: string,
  headers: Record<string, string> = {},
): Promise<WebSocket | number> {
  const socket = new WebSocket(`ws://127.0.0.1:${page.port}/live?board=${board}`, {
    headers: { origin: page.url.slice(0, -1), ...headers },
  });
  sockets.push(socket);
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  });
}

async function viewer(page: PageServer, board: string): Promise<WebSocket> {
  const socket = await look(page, board);
  if (typeof socket === 'number') throw new Error(`refused: ${socket}`);
  return socket;
}

const closeCode = async (socket: WebSocket): Promise<number> => Number((await once(socket, 'close'))[0]);

describe('who is let in', () => {
  test.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example'])(
    'a foreign Host is refused: %j',
    async (host) => {
      const { page } = await serve();
      const { status, body } = await get(page, '/', { host });
      expect(status).toBe(421);
      expect(body).not.toMatch(/candlebook-start/);
    },
  );

  test.each(['localhost', '127.0.0.1', '[::1]'])('this machine’s own names are served: %s', async (name) => {
    const { page } = await serve();
    expect((await get(page, '/', { host: `${name}:${page.port}` })).status).toBe(200);
  });

  test('a foreign Origin is refused, for pages and for sockets', async () => {
    const { page } = await serve();
    const { board } = await mountOf(page);
    expect((await get(page, '/board', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await get(page, '/board', { origin: 'null' })).status).toBe(403);
    expect(await look(page, board, { origin: 'https://evil.example' })).toBe(403);
    expect(await look(page, board, { origin: `http://127.0.0.1:${page.port + 1}` })).toBe(403);
    expect(typeof (await look(page, board))).toBe('object');
  });

  test('a socket without an origin is refused', async () => {
    const { page } = await serve();
    const { board } = await mountOf(page);
    const line = connect(page.port, '127.0.0.1');
    line.write(
      `GET /live?board=${board} HTTP/1.1\r\nHost: 127.0.0.1:${page.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const [answer] = await once(line, 'data');
    line.destroy();
    expect(String(answer)).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('without the token nothing is shown; shown once, a cookie keeps it', async () => {
    const { page } = await serve({ token: TOKEN });
    expect(page.url).not.toContain(TOKEN);
    expect(page.firstUrl).toContain(TOKEN);
    for (const path of ['/', '/board', '/page.js', '/tickers.csv', '/?token=wrong-token-9876543210']) {
      const { status, body } = await get(page, path);
      expect([path, status]).toEqual([path, 401]);
      expect(body).not.toContain(TOKEN);
    }
    const first = await get(page, `/?token=${TOKEN}&theme=dark`);
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/?theme=dark');
    const cookie = String(first.headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    const kept = cookie.split(';')[0]!;
    const shown = await get(page, '/', { cookie: `other=1; ${kept}` });
    expect(shown.status).toBe(200);
    expect(shown.body).not.toContain(TOKEN);
    expect((await get(page, '/board', { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
    const { board } = JSON.parse((await get(page, '/board', { cookie: kept })).body) as Mount;
    expect(await look(page, board)).toBe(401);
    expect(typeof (await look(page, board, { cookie: kept }))).toBe('object');
  });

  test.each([
    [{ address: '0.0.0.0' }, /token/],
    [{ address: '0.0.0.0', token: 'short' }, /16 to 128/],
    [{ port: 70_000 }, /port is 70000/],
    [{ maxViewers: 0 }, /maxViewers is 0/],
    [{ address: '203.0.113.7', token: TOKEN }, /no address of this machine/],
  ] as const)('is not served with %j', async (options, message) => {
    const refused = servePage(new SampleSource(), { port: 0, ...options });
    await expect(refused).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(message),
    });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining(TOKEN) });
  });

  test('a port in use is named, with a way out', async () => {
    const { page } = await serve();
    await expect(servePage(new SampleSource(), { port: page.port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      value: page.port,
    });
  });
});

describe('what can be asked for', () => {
  test.each([
    '/../package.json',
    '/%2e%2e/package.json',
    '/page.js/../../package.json',
    '/..%2fpackage.json',
    '/page.js%00',
    '/__proto__',
    '/constructor',
    '//etc/passwd',
    '/node_modules/ws/package.json',
  ])('no path leads to a file: %s', async (path) => {
    const { page } = await serve();
    const { status, body } = await get(page, path);
    expect(status).toBe(404);
    expect(body).toContain('There is nothing here.');
  });

  test('every answer carries the content policy; nothing but GET and HEAD is answered', async () => {
    const { page } = await serve();
    for (const path of ['/', '/page.js', '/nowhere']) {
      const { headers } = await get(page, path);
      expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
    expect((await get(page, '/', {}, 'POST')).status).toBe(405);
    expect((await get(page, '/', {}, 'HEAD')).body).toBe('');
  });

  test('a title or pair can not break out of the page', async () => {
    const { page, source } = await serve();
    source.tickers = source.tickers.map((ticker) => ({
      ...ticker,
      symbol: `</script><script>alert(1)//USDT`,
    }));
    const { body } = await get(page, '/');
    expect(body).not.toContain('</script><script>alert');
  });

  test.each([
    ['symbol=NOSUCH', /SYMBOL_UNKNOWN.*NOSUCH/],
    ['interval=2m', /INPUT_INVALID.*2m/],
    ['theme=pink', /INPUT_INVALID.*pink/],
    ['until=yesterday', /INPUT_INVALID.*yesterday/],
  ])('a view that there is not is refused in words: %s', async (query, message) => {
    const { page } = await serve();
    const { status, body } = await get(page, `/board?${query}`);
    expect(status).toBe(400);
    expect(body.replaceAll('&#34;', '"')).toMatch(message);
  });

  test('tables come as files that name their source', async () => {
    const { page } = await serve();
    const { headers, body } = await get(page, '/candles.csv?symbol=ETHUSDT&interval=5m');
    expect(headers['content-disposition']).toBe('attachment; filename="ETHUSDT-5m-simulated.csv"');
    expect(body).toBe('openTime\r\nETHUSDT 5m\r\n');
  });

  test('files are sent again only when they changed', async () => {
    const { page } = await serve();
    const { headers } = await get(page, '/page.css');
    expect((await get(page, '/page.css', { 'if-none-match': String(headers.etag) })).status).toBe(304);
  });
});

describe('what is bounded', () => {
  test('requests: a flood from one address is held off', async () => {
    const { page } = await serve();
    const began = performance.now();
    const statuses = await Promise.all(
      Array.from({ length: 300 }, () => get(page, '/favicon.svg').then(({ status }) => status)),
    );
    const seconds = (performance.now() - began) / 1000;
    const served = statuses.filter((status) => status === 200).length;
    expect(served).toBeGreaterThanOrEqual(100);
    // So many at once, and twenty more with each second that it took.
    expect(served).toBeLessThanOrEqual(120 + 20 * seconds + 1);
    expect(statuses.filter((status) => status === 429)).toHaveLength(300 - served);
  });

  test('messages: too many, too long, and no requests end the connection', async () => {
    const { page } = await serve();
    const { board } = await mountOf(page);
    const [flood, oversized, garbage, binary] = await Promise.all(
      [1, 2, 3, 4].map(() => viewer(page, board)),
    );
    const codes = [flood!, oversized!, garbage!, binary!].map(closeCode);
    for (let i = 0; i < 50; i++) flood!.send(JSON.stringify({ id: i, request: { kind: 'state' } }));
    oversized!.send('x'.repeat(5000));
    garbage!.send('{"id":1,"request":{"kind":"constructor"}}');
    binary!.send(Buffer.from([1, 2, 3]));
    expect(await Promise.all(codes)).toEqual([1008, 1009, 1007, 1007]);
  });

  test('viewers: one more than allowed is refused, and let in when one has gone', async () => {
    const { page } = await serve({ maxViewers: 2 });
    const { board } = await mountOf(page);
    const first = await viewer(page, board);
    await viewer(page, board);
    expect(await look(page, board)).toBe(503);
    first.close();
    await expect.poll(() => page.viewers, eventually).toBe(1);
    expect(typeof (await look(page, board))).toBe('object');
  });

  test('a board that can not be had now: the page asks again by itself, and nothing else ends', async () => {
    const { page, source } = await serve();
    const open = source.open.bind(source);
    const warnings: string[] = [];
    const onWarning = ({ message }: Error) => void warnings.push(message);
    process.on('warning', onWarning);
    source.open = () => Promise.reject(new CandlebookError('HOST_UNREACHABLE', 'The exchange is away.'));
    const away = await get(page, '/');
    expect(away).toMatchObject({ status: 502, headers: { refresh: '5', 'retry-after': '5' } });
    expect(away.body).toContain('The exchange is away.');
    source.open = () => Promise.reject(new TypeError('planted'));
    expect(await get(page, '/')).toMatchObject({ status: 500, headers: { refresh: '5' } });
    await expect.poll(() => warnings, eventually).toContain('planted');
    process.off('warning', onWarning);
    source.open = open;
    expect((await get(page, '/')).status).toBe(200);
    expect((await get(page, '/nothing')).headers.refresh).toBeUndefined();
  });

  test('boards: views share one; those that nobody looks at make room', async () => {
    const { page, source } = await serve({ maxBoards: 2 });
    const one = await mountOf(page);
    expect((await mountOf(page)).board).toBe(one.board);
    await viewer(page, one.board);
    const two = await mountOf(page, '?interval=5m');
    const three = await mountOf(page, '?interval=1h');
    expect(source.opened).toBe(2);
    expect(await look(page, two.board)).toBe(404);
    await viewer(page, three.board);
    expect((await get(page, '/board?interval=1d')).status).toBe(503);
  });
});

describe('what a viewer is told', () => {
  const ticks = (socket: WebSocket): Tick[] => {
    const seen: Tick[] = [];
    socket.on('message', (data) => {
      const { tick } = JSON.parse(String(data)) as { tick?: Tick };
      if (tick) seen.push(tick);
    });
    return seen;
  };

  test('what changed, once for all; the numbers follow on each other', async () => {
    const { page, source } = await serve();
    const { board, n } = await mountOf(page);
    const seen = await Promise.all([1, 2, 3].map(async () => ticks(await viewer(page, board))));
    for (let i = 1; i <= 3; i++) {
      source.move(100_000 + i);
      await expect.poll(() => seen.every((list) => list.length === i), eventually).toBe(true);
    }
    expect(seen[0]!.map((tick) => tick.n)).toEqual([n + 1, n + 2, n + 3]);
    expect(seen[1]).toEqual(seen[0]);
    expect(JSON.stringify(seen[0])).toContain('100,003');
    expect(JSON.stringify(seen[0]![2]).length).toBeLessThan(6000);
  });

  test('nothing is computed while nobody looks', async () => {
    const { page, source } = await serve();
    const before = await mountOf(page);
    for (let i = 0; i < 5; i++) source.move(90_000 + i);
    const after = await mountOf(page);
    expect(after.n).toBe(before.n + 1);
  });

  test('that it is over, when the run has ended', async () => {
    const { page, source } = await serve();
    const { board } = await mountOf(page);
    const seen = ticks(await viewer(page, board));
    source.end();
    await expect.poll(() => seen.at(-1)?.state, eventually).toBe('stopped');
    expect((await mountOf(page)).state).toBe('stopped');
  });
});

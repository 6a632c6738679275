import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { listen } from '../exchange/index.ts';
import { CandlebookError } from '../market/index.ts';
import { redact } from '../redaction/index.ts';
import { sendAsset } from './assets.ts';
import type { BoardStream } from './board-stream.ts';
import { Boards } from './boards.ts';
import { pageHtml, refusalHtml } from './document.ts';
import { COOKIE, Gate, type Refusal } from './gate.ts';
import { asHostName, type ServeOptions, type ServeRules, serveRules } from './options.ts';
import { Buckets, type RateLimit } from './rate.ts';
import type { BoardSource } from './source.ts';
import { parseView, type View } from './view.ts';
import { Viewer } from './viewer.ts';

/** Requests of one address. A page needs five at first, and one for each change of its view. */
const REQUESTS: RateLimit = { burst: 120, perSecond: 20 };
/** Longest frame that a page may send, bytes. */
const MOST_IN_A_FRAME = 4096;
/** When what was refused for now may be asked for again, seconds. */
const RETRY_AFTER_S = '5';
/** A page asks for files beside its socket. */
const FILES_A_VIEWER = 6;

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** A running page. */
export interface PageServer {
  /** Where it is, without the token. */
  readonly url: string;
  /** The same with the token, for the viewer's first visit. A secret where a token is set. */
  readonly firstUrl: string;
  readonly port: number;
  readonly viewers: number;
  /** Median ms from event to painted of all pages, as they last said; undefined without one. */
  readonly latency: number | undefined;
  close(): Promise<void>;
}

/**
 * Serves a run's board as a web page, live by WebSocket, to any number of viewers up to `maxViewers`. When the run
 * ends, pages keep their last picture and say so; `close()` ends the page itself.
 *
 * @throws CandlebookError INPUT_INVALID, PORT_IN_USE
 */
export async function servePage(source: BoardSource, options: ServeOptions = {}): Promise<PageServer> {
  const page = new Page(source, serveRules(options));
  await page.open();
  return page;
}

class Page implements PageServer {
  port = 0;
  readonly #source: BoardSource;
  readonly #rules: ServeRules;
  readonly #gate: Gate;
  readonly #boards: Boards;
  readonly #requests = new Buckets(REQUESTS);
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_IN_A_FRAME,
    perMessageDeflate: false,
  });
  readonly #viewers = new Set<Viewer>();

  constructor(source: BoardSource, rules: ServeRules) {
    this.#source = source;
    this.#rules = rules;
    this.#gate = new Gate(rules);
    this.#boards = new Boards(source, rules.maxBoards);
    this.#server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 16 * 1024 });
    this.#server.maxConnections = rules.maxViewers * (1 + FILES_A_VIEWER);
    this.#server.on('request', (request, response) => void this.#answer(request, response));
    this.#server.on('upgrade', (request, line, head) => this.#upgrade(request, line, head));
    void source.ended.then(() => this.#boards.end());
  }

  get url(): string {
    return `http://${asHostName(this.#rules.address)}:${this.port}/`;
  }

  get firstUrl(): string {
    const { token } = this.#rules;
    return token === undefined ? this.url : `${this.url}?token=${token}`;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  get latency(): number | undefined {
    const told = [...this.#viewers].flatMap(({ latency }) => latency ?? []).sort((a, b) => a - b);
    return told[told.length >> 1];
  }

  async open(): Promise<void> {
    this.port = await listen(this.#server, this.#rules.port, this.#rules.address);
  }

  async close(): Promise<void> {
    this.#boards.close();
    for (const client of this.#sockets.clients) client.terminate();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const url = urlOf(request);
    const refusal = this.#refusal(request, url);
    if (refusal) return refuse(response, refusal.status, refusal.reason);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return refuse(response, 405, 'Only GET is answered.');
    }
    if (this.#gate.shownInQuery(url)) return keepToken(response, url, this.#rules.token!);
    if (sendAsset(url.pathname, request, response)) return;
    try {
      await this.#answerPage(url, response);
    } catch (error) {
      if (error instanceof CandlebookError) {
        const status = error.code === 'SYMBOL_UNKNOWN' || error.code === 'INPUT_INVALID' ? 400 : 502;
        return refuse(response, status, `${error.code}: ${error.message}`);
      }
      // A board that can not be drawn must not end the run.
      process.emitWarning(error instanceof Error ? error : String(error));
      refuse(response, 500, 'This board can not be drawn. The server’s log says why.');
    }
  }

  async #answerPage(url: URL, response: ServerResponse): Promise<void> {
    const view = (): View => parseView(url.searchParams, this.#source.choices);
    switch (url.pathname) {
      case '/': {
        const shown = view();
        const board = await this.#boards.open(shown);
        if (!board) return refuse(response, 503, FULL);
        const { choices, source } = this.#source;
        return send(response, 'text/html; charset=utf-8', pageHtml(board.mount(), shown, choices, source));
      }
      case '/board': {
        const board = await this.#boards.open(view());
        if (!board) return refuse(response, 503, FULL);
        return send(response, 'application/json', JSON.stringify(board.mount()));
      }
      case '/candles.csv': {
        const shown = view();
        const board = await this.#boards.open(shown);
        if (!board) return refuse(response, 503, FULL);
        return sendFile(
          response,
          `${shown.symbol}-${shown.interval}`,
          this.#source.source,
          board.candlesCsv(),
        );
      }
      case '/healthz':
      case '/readyz': {
        const report = this.#source.health?.(url.pathname === '/healthz' ? 'live' : 'ready') ?? {
          ok: true,
          checks: {},
        };
        response.statusCode = report.ok ? 200 : 503;
        return send(response, 'application/json', `${redact(JSON.stringify(report))}\n`);
      }
      case '/tickers.csv':
        return sendFile(response, 'tickers', this.#source.source, this.#source.tickersCsv());
      default:
        return refuse(response, 404, 'There is nothing here.');
    }
  }

  #upgrade(request: IncomingMessage, line: Duplex, head: Buffer): void {
    line.on('error', () => line.destroy());
    const url = urlOf(request);
    const board = this.#boards.find(url.searchParams.get('board') ?? '');
    const status = this.#refusal(request, url, true)?.status ?? this.#noPlace(url, board);
    if (status || !board) {
      refuseUpgrade(line, status ?? 404);
      return;
    }
    this.#sockets.handleUpgrade(request, line, head, (socket) => {
      const viewer = new Viewer(socket, board);
      this.#viewers.add(viewer);
      socket.on('close', () => this.#viewers.delete(viewer));
    });
  }

  /** The status by which a handshake is refused that the gate let pass. */
  #noPlace(url: URL, board: BoardStream | undefined): number | undefined {
    if (url.pathname !== '/live' || !board) return 404;
    return this.#viewers.size >= this.#rules.maxViewers ? 503 : undefined;
  }

  #refusal(request: IncomingMessage, url: URL, upgrade = false): Refusal | undefined {
    if (!this.#requests.take(request.socket.remoteAddress ?? ''))
      return { status: 429, reason: 'Too many requests. Wait a second.' };
    return this.#gate.check(request, url, upgrade);
  }
}

const FULL =
  'All boards are taken. Choose a pair and interval that others look at, or try again in a minute.';

function urlOf(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'http://localhost');
  } catch {
    return new URL('http://localhost/unreadable');
  }
}

/** The token goes into a cookie that scripts do not see, and out of the address bar. */
function keepToken(response: ServerResponse, url: URL, token: string): void {
  url.searchParams.delete('token');
  response.setHeader('set-cookie', `${COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000`);
  response.setHeader('cache-control', 'no-store');
  response.writeHead(303, { location: `${url.pathname}${url.search}` }).end();
}

function send(response: ServerResponse, type: string, body: string): void {
  response.setHeader('cache-control', 'no-store');
  response.writeHead(response.statusCode, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function sendFile(response: ServerResponse, name: string, source: string, body: string): void {
  const file = source === 'live' ? `${name}.csv` : `${name}-${source}.csv`;
  response.setHeader('content-disposition', `attachment; filename="${file}"`);
  send(response, 'text/csv; charset=utf-8', body);
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  const body = refusalHtml(status, reason);
  if (status === 429 || status >= 500) {
    // What passes: a page on a wall comes back by itself.
    response.setHeader('retry-after', RETRY_AFTER_S);
    response.setHeader('refresh', RETRY_AFTER_S);
  }
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function refuseUpgrade(line: Duplex, status: number): void {
  line.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { FAVICON } from './document.ts';
import { PAGE_STYLE } from './style.ts';

interface Asset {
  readonly type: string;
  readonly plain: Buffer;
  readonly packed: Buffer;
  readonly tag: string;
}

const TEXT = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml' };

/** The files that the page may ask for, each by its own name: no path of a request is ever looked up on disk. */
const SOURCES: Readonly<Record<string, () => Asset>> = {
  '/page.js': () => asset(TEXT.js, readFileSync(built())),
  '/page.css': () => asset(TEXT.css, Buffer.from(PAGE_STYLE)),
  '/plotly.min.js': () =>
    asset(TEXT.js, readFileSync(createRequire(import.meta.url).resolve('plotly.js-dist-min'))),
  '/favicon.svg': () => asset(TEXT.svg, Buffer.from(FAVICON)),
};

const loaded = new Map<string, Asset>();

function built(): URL {
  return new URL(
    import.meta.url.includes('/src/serve/') ? '../../dist/serve/page.js' : './page.js',
    import.meta.url,
  );
}

function asset(type: string, plain: Buffer): Asset {
  const tag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { type, plain, packed: gzipSync(plain, { level: 6 }), tag };
}

/** Answers a request for one of the page's files. @returns false where it is none of them */
export function sendAsset(path: string, request: IncomingMessage, response: ServerResponse): boolean {
  if (!Object.hasOwn(SOURCES, path)) return false;
  let file = loaded.get(path);
  if (!file) {
    file = SOURCES[path]!();
    loaded.set(path, file);
  }
  response.setHeader('etag', file.tag);
  response.setHeader('cache-control', 'no-cache');
  response.setHeader('vary', 'accept-encoding');
  if (request.headers['if-none-match'] === file.tag) {
    response.writeHead(304).end();
    return true;
  }
  const packed = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const body = packed ? file.packed : file.plain;
  response.setHeader('content-type', file.type);
  if (packed) response.setHeader('content-encoding', 'gzip');
  response.setHeader('content-length', body.length);
  response.writeHead(200).end(request.method === 'HEAD' ? undefined : body);
  return true;
}

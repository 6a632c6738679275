import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RestFault } from '../faults/kinds.ts';

const PAGES = [
  '/api/v3/trades',
  '/api/v3/historicalTrades',
  '/api/v3/aggTrades',
  '/api/v3/klines',
  '/api/v3/uiKlines',
];

/** Whether a fault can be played on a request for `path`. */
export function fits(kind: RestFault, path: string): boolean {
  if (kind === 'reordered') return PAGES.includes(path);
  if (kind === 'staleSnapshot') return path === '/api/v3/depth';
  return true;
}

/** Rows of a page in another order; what is no page stays as it is. */
export function reorder(value: unknown, random: () => number): unknown {
  if (!Array.isArray(value)) return value;
  const rows = [...value];
  for (let i = rows.length - 1; i > 0; i--) {
    const other = Math.floor(random() * i);
    [rows[i], rows[other]] = [rows[other], rows[i]];
  }
  return rows;
}

/** Ways of sending a body wrongly. */
export type BrokenSending = Extract<RestFault, 'slowBody' | 'wrongLength' | 'reset'>;

/** Time over which a slow body dribbles in, ms. */
const SLOW_MS = 3_000;
const SLOW_PIECES = 12;

export async function sendBroken(
  how: BrokenSending,
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | number>>,
  content: Buffer,
): Promise<void> {
  if (how === 'reset') {
    request.socket.destroy();
    return;
  }
  if (how === 'wrongLength') {
    response.writeHead(status, { ...headers, 'content-length': content.length + 64 });
    response.write(content, () => request.socket.destroy());
    return;
  }
  response.writeHead(status, headers);
  const size = Math.ceil(content.length / SLOW_PIECES);
  for (let at = 0; at < content.length && !response.destroyed; at += size) {
    response.write(content.subarray(at, at + size));
    await new Promise((resolve) => setTimeout(resolve, SLOW_MS / SLOW_PIECES));
  }
  response.end();
}

import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { CandlebookError } from '../market/index.ts';
import { isLoopback } from '../secrets/index.ts';

/** How the page is served; everything is optional. */
export interface ServeOptions {
  /** TCP port; 0 takes a free one. Default 8090. */
  readonly port?: number;
  /** Address to listen on. Default 127.0.0.1. Any address beyond loopback needs a token. */
  readonly address?: string;
  /** What a viewer has to show, 16 to 128 letters, digits, `-` and `_`. Default: none, on loopback only. */
  readonly token?: string;
  /** Further names under which the page may be asked for, such as `wall.local`. Default: this machine's own. */
  readonly names?: readonly string[];
  /** Viewers at a time; one more is refused. Default 50. */
  readonly maxViewers?: number;
  /** Charts (pair and interval) that are kept up to date at a time. Default 40. */
  readonly maxBoards?: number;
}

/** The same, whole and checked. */
export interface ServeRules {
  readonly port: number;
  readonly address: string;
  readonly token: string | undefined;
  /** Lower-case host names, without ports, that a request may name. */
  readonly names: ReadonlySet<string>;
  readonly maxViewers: number;
  readonly maxBoards: number;
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
const TOKEN = /^[A-Za-z0-9_-]{16,128}$/;

/** @throws CandlebookError INPUT_INVALID naming the option and what is allowed. A token's value is never in it. */
export function serveRules(options: ServeOptions): ServeRules {
  const { port = 8090, address = '127.0.0.1', token, names = [], maxViewers = 50, maxBoards = 40 } = options;
  whole('port', port, 0, 65_535);
  whole('maxViewers', maxViewers, 1, 10_000);
  whole('maxBoards', maxBoards, 1, 1_000);
  if (token !== undefined && !TOKEN.test(token)) {
    throw new CandlebookError(
      'INPUT_INVALID',
      `The token has ${token.length} characters or others than allowed.`,
      {
        hint: 'Allowed: 16 to 128 letters, digits, "-" and "_".',
      },
    );
  }
  const loopback = isLoopback(address);
  if (!loopback && token === undefined) {
    throw new CandlebookError('INPUT_INVALID', `Address ${address} can be reached from other machines.`, {
      value: address,
      hint: 'State a token (CANDLEBOOK_TOKEN), which viewers then have to show, or serve on 127.0.0.1.',
    });
  }
  const own = loopback ? [] : [hostname(), address, ...interfaceAddresses()].map(asHostName);
  return {
    port,
    address,
    token,
    names: new Set([...LOOPBACK_NAMES, ...own, ...names.map((name) => name.toLowerCase())]),
    maxViewers,
    maxBoards,
  };
}

function whole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new CandlebookError('INPUT_INVALID', `${name} is ${value}.`, {
    value,
    hint: `Allowed: a whole number from ${least} to ${most}.`,
  });
}

function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
}

/** An address as it stands in a URL. */
export function asHostName(address: string): string {
  return (isIP(address) === 6 ? `[${address}]` : address).toLowerCase();
}

import { type Interval, isInterval } from '../../market/index.ts';

const WINDOWS = { '1h': 3_600_000, '4h': 14_400_000, '1d': 86_400_000 } as const;
export type Window = keyof typeof WINDOWS;

/** What a stream name asks for; `symbol` as listed, that is in upper case. */
export type Stream =
  | {
      readonly kind: 'trade' | 'aggTrade' | 'bookTicker' | 'miniTicker' | 'ticker' | 'avgPrice';
      readonly symbol: string;
    }
  | { readonly kind: 'depth'; readonly symbol: string; readonly everyMs: 100 | 1000 }
  | {
      readonly kind: 'partialDepth';
      readonly symbol: string;
      readonly everyMs: 100 | 1000;
      readonly levels: number;
    }
  | { readonly kind: 'kline'; readonly symbol: string; readonly interval: Interval; readonly offset: number }
  | {
      readonly kind: 'windowTicker';
      readonly symbol: string;
      readonly window: Window;
      readonly length: number;
    }
  | { readonly kind: 'miniTickers' }
  | { readonly kind: 'windowTickers'; readonly window: Window; readonly length: number };

/** Binance's only time zone of kline streams beside UTC. */
const UTC8_MS = 8 * 3_600_000;

/**
 * Reads a stream name. Undefined for a name that the exchange does not serve: as there, subscribing to such
 * a name is no error, and nothing ever comes of it.
 */
export function parseStream(name: string): Stream | undefined {
  if (name === '!miniTicker@arr') return { kind: 'miniTickers' };
  const all = /^!ticker_(1h|4h|1d)@arr$/.exec(name);
  if (all) return { kind: 'windowTickers', window: all[1] as Window, length: WINDOWS[all[1] as Window] };
  const at = name.indexOf('@');
  if (at < 1) return undefined;
  const lower = name.slice(0, at);
  if (lower !== lower.toLowerCase()) return undefined;
  return parseKind(lower.toUpperCase(), name.slice(at + 1));
}

function parseKind(symbol: string, text: string): Stream | undefined {
  switch (text) {
    case 'trade':
    case 'aggTrade':
    case 'bookTicker':
    case 'miniTicker':
    case 'ticker':
    case 'avgPrice':
      return { kind: text, symbol };
  }
  const depth = /^depth(5|10|20)?(@100ms|@1000ms)?$/.exec(text);
  if (depth) {
    const everyMs = depth[2] === '@100ms' ? 100 : 1000;
    return depth[1]
      ? { kind: 'partialDepth', symbol, everyMs, levels: Number(depth[1]) }
      : { kind: 'depth', symbol, everyMs };
  }
  const window = /^ticker_(1h|4h|1d)$/.exec(text)?.[1] as Window | undefined;
  if (window) return { kind: 'windowTicker', symbol, window, length: WINDOWS[window] };
  const kline = /^kline_(\w+?)(@\+08:00)?$/.exec(text);
  if (kline && isInterval(kline[1]))
    return { kind: 'kline', symbol, interval: kline[1], offset: kline[2] ? UTC8_MS : 0 };
  return undefined;
}

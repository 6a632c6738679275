import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Trade } from '../../src/market/index.ts';
import { sharedDataPath } from '../fixtures/shared-data.ts';

/** The exchange's own texts of a trade, nothing converted. */
export interface RawTrade {
  E: number;
  s: string;
  t: number;
  p: string;
  q: string;
  T: number;
  m: boolean;
}

export const RECORDINGS = {
  BTCUSDT: ['capture-2024-08/btcusdt_20240808.gz', 'capture-2024-08/btcusdt_20240809.gz'],
  ETHUSDT: ['capture-2024-08/ethusdt_20240808.gz', 'capture-2024-08/ethusdt_20240809.gz'],
};

export function recordedTrades(symbol: keyof typeof RECORDINGS): RawTrade[] {
  return RECORDINGS[symbol].flatMap((file) =>
    gunzipSync(readFileSync(sharedDataPath(file)))
      .toString('utf8')
      .split('\n')
      .filter((line) => line.includes('"e":"trade"'))
      .map((line) => (JSON.parse(line.slice(line.indexOf(' ') + 1)) as { data: RawTrade }).data),
  );
}

export function toTrade(raw: RawTrade): Trade {
  return {
    type: 'trade',
    symbol: raw.s,
    id: raw.t,
    price: Number(raw.p),
    quantity: Number(raw.q),
    time: raw.T,
    eventTime: raw.E,
    buyerIsMaker: raw.m,
  };
}

const decimals = (text: string, places: number): bigint => {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(places, '0').slice(0, places));
};

const toText = (units: bigint, places: number): string => {
  const digits = units.toString().padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
};

/** One minute as the exchange would state it: whole-number arithmetic on its texts, parsed at the very end. */
export interface ReferenceBar {
  openTime: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  quoteVolume: number;
  tradeCount: number;
  takerBuyVolume: number;
  takerBuyQuoteVolume: number;
  firstTradeId: number;
  lastTradeId: number;
}

/** Bars of `length` ms from trades in order, computed with none of the code under test. */
export function referenceBars(trades: readonly RawTrade[], length = 60_000): ReferenceBar[] {
  const groups = new Map<number, RawTrade[]>();
  for (const trade of trades) {
    const openTime = trade.T - (trade.T % length);
    const group = groups.get(openTime);
    if (group) group.push(trade);
    else groups.set(openTime, [trade]);
  }
  return [...groups].map(([openTime, group]) => {
    const prices = group.map((trade) => decimals(trade.p, 8)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const base = (of: RawTrade[]) => of.reduce((sum, trade) => sum + decimals(trade.q, 8), 0n);
    const quote = (of: RawTrade[]) =>
      of.reduce((sum, trade) => sum + decimals(trade.q, 8) * decimals(trade.p, 8), 0n);
    const bought = group.filter((trade) => !trade.m);
    return {
      openTime,
      open: Number(group[0]!.p),
      high: Number(toText(prices.at(-1)!, 8)),
      low: Number(toText(prices[0]!, 8)),
      close: Number(group.at(-1)!.p),
      volume: Number(toText(base(group), 8)),
      quoteVolume: Number(toText(quote(group), 16)),
      tradeCount: group.length,
      takerBuyVolume: Number(toText(base(bought), 8)),
      takerBuyQuoteVolume: Number(toText(quote(bought), 16)),
      firstTradeId: group[0]!.t,
      lastTradeId: group.at(-1)!.t,
    };
  });
}

import { type Bar, emptyBar } from '../tape/bar.ts';
import type { TapeTrade } from '../tape/tape.ts';
import type { ListedPair } from './coins.ts';
import { GAP, hash, MOVE, SIZE, sequence, TABLE_MASK } from './random.ts';

const MINUTE = 60_000;

/** What a minute of one pair is made from. */
export interface MinuteSpec {
  readonly pair: ListedPair;
  readonly seed: number;
  /** Epoch ms. */
  readonly openTime: number;
  readonly mid: number;
  readonly nextMid: number;
  readonly deviation: number;
  readonly orderSize: number;
  readonly orders: number;
  readonly trades: number;
  readonly firstId: number;
  readonly firstAggregateId: number;
}

/** Orders of the minute drawn last: one array each, so that a day's bar, 200,000 orders, takes milliseconds. */
let prices = new Float64Array(1024);
let lots = new Float64Array(1024);
let buys = new Uint8Array(1024);

function makeRoom(orders: number): void {
  if (orders <= prices.length) return;
  prices = new Float64Array(2 * orders);
  lots = new Float64Array(2 * orders);
  buys = new Uint8Array(2 * orders);
}

/**
 * Draws the taker orders of a minute in their order of time: a walk from this minute's mid price to the next
 * one's. Buys print at the ask, sells at the bid. Summing up and spelling out both read what this one loop
 * drew, so that a kline can not differ from its trades.
 */
function drawOrders(spec: MinuteSpec): void {
  const { pair, orders, orderSize } = spec;
  const { spread, minLots } = pair;
  makeRoom(orders);
  const step = spec.deviation / Math.sqrt(orders || 1);
  let state = hash(spec.seed, spec.openTime / MINUTE) | 0;
  let walk = 0;
  for (let i = 0; i < orders; i++) {
    // mulberry32, written out: a call for each order would double the time.
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    bits ^= bits >>> 14;
    walk += MOVE[bits & TABLE_MASK]!;
    prices[i] = walk;
    lots[i] = Math.max(Math.floor(orderSize * SIZE[bits >>> 20]!), minLots);
    buys[i] = (((bits >>> 12) & 255) - LEANING[bits & TABLE_MASK]!) >>> 31;
  }
  // The walk is tilted so that it leads to where the next minute begins.
  const tilt = (spec.nextMid - spec.mid - walk * step) / (orders + 1);
  for (let i = 0; i < orders; i++) {
    const mid = spec.mid + prices[i]! * step + tilt * (i + 1);
    prices[i] = Math.max(Math.floor(mid), 1) + spread * buys[i]!;
  }
}

/** Who trades when the price moves so: of 256 orders, this many are buys. */
const LEANING = Int16Array.from(MOVE, (move) => Math.round(128 + 45 * move));

/** The minute's bar; the prices of a minute without trades are for the caller to set. */
export function minuteBar(spec: MinuteSpec): Bar {
  const { orders } = spec;
  if (orders === 0) return emptyBar(0);
  drawOrders(spec);
  let high = 0;
  let low = Number.POSITIVE_INFINITY;
  let volume = 0;
  let quote = 0;
  let takerVolume = 0;
  let takerQuote = 0;
  for (let i = 0; i < orders; i++) {
    const price = prices[i]!;
    const quantity = lots[i]!;
    high = Math.max(high, price);
    low = Math.min(low, price);
    volume += quantity;
    quote += price * quantity;
    const bought = quantity * buys[i]!;
    takerVolume += bought;
    takerQuote += bought * price;
  }
  return {
    open: prices[0]!,
    high,
    low,
    close: prices[orders - 1]!,
    volume,
    quoteVolume: BigInt(quote),
    takerBuyVolume: takerVolume,
    takerBuyQuoteVolume: BigInt(takerQuote),
    firstId: spec.firstId,
    lastId: spec.firstId + spec.trades - 1,
    tradeCount: spec.trades,
  };
}

/** The minute's trades one by one, with their times; orders filled in parts give several trades at one time. */
export function minuteTrades(spec: MinuteSpec): TapeTrade[] {
  const { orders } = spec;
  const next = sequence(hash(spec.seed ^ 0x2545f491, spec.openTime / MINUTE));
  const times = new Float64Array(orders);
  let passed = 0;
  for (let i = 0; i < orders; i++) {
    passed += GAP[next() & TABLE_MASK]!;
    times[i] = passed;
  }
  const span = passed + GAP[next() & TABLE_MASK]! + 0.01;
  const fills = shareFills(spec, next);
  const trades: TapeTrade[] = [];
  drawOrders(spec);
  for (let i = 0; i < orders; i++) {
    const time = spec.openTime + Math.floor((times[i]! / span) * MINUTE);
    let left = lots[i]!;
    for (let part = fills[i]!; part > 0; part--) {
      const quantity = part === 1 ? left : 1 + (next() % (left - part + 1));
      left -= quantity;
      trades.push({
        id: spec.firstId + trades.length,
        aggregateId: spec.firstAggregateId + i,
        price: prices[i]!,
        quantity,
        time,
        buyerIsMaker: buys[i] === 0,
      });
    }
  }
  return trades;
}

/** No order is smaller than this many lots, so each part has at least one. */
const MAX_FILLS = 6;

/** How many trades each order is filled in: one, and the minute's further trades spread at random. */
function shareFills(spec: MinuteSpec, next: () => number): Uint8Array {
  const fills = new Uint8Array(spec.orders).fill(1);
  for (let extra = spec.trades - spec.orders; extra > 0; extra--) {
    let at = next() % spec.orders;
    while (fills[at]! >= MAX_FILLS) at = (at + 1) % spec.orders;
    fills[at]!++;
  }
  return fills;
}

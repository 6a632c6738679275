import { fileURLToPath } from 'node:url';
import { CandleSeries } from '../../../src/candles/index.ts';
import { atr, bollinger, ema, macd, rsi, sma } from '../../../src/indicators/index.ts';
import type { Interval, Trade } from '../../../src/market/index.ts';
import { seededRandom } from '../measure/random.ts';
import { collectGarbage, cpuTime } from '../measure/turns.ts';

const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'BNBUSDT', 'SOLUSDT', 'XRPUSDT', 'DOGEUSDT', 'SHIBUSDT'];
const PRICES = [65_432.1, 3_456.78, 612.3, 145.67, 0.5234, 0.10234, 0.00001234];
const INTERVALS: readonly Interval[] = ['1s', '1m', '5m', '15m', '1h'];
/** Bars a series keeps: what held memory is measured against is there from the first tenth on. */
const KEPT = 100;

/** Million trades a second of CPU time, and bytes held after a tenth of the trades and at the end. */
export interface Rates {
  candles: number;
  peeked: number;
  heldBefore: number;
  heldAfter: number;
}

/** The trades, one at a time and each as hot in the cache as one that a feed has just parsed. */
type Trades = (i: number) => Trade;

/**
 * `count` trades of all symbols in turn, 1,000 a second: prices on ticks, quantities of so few decimals that no amount has
 * more than eight, as on the exchange.
 */
function makeTrades(count: number): Trades {
  const random = seededRandom(11);
  const last = [...PRICES];
  const ticks = PRICES.map((price) => 10 ** Math.floor(Math.log10(price) - 3));
  const lots = ticks.map((tick) => 10 ** Math.min(5, 8 + Math.round(Math.log10(tick))));
  const prices = new Float64Array(count);
  const quantities = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const at = i % SYMBOLS.length;
    last[at]! += Math.round((random() - 0.5) * 4) * ticks[at]!;
    if (last[at]! < PRICES[at]! / 2) last[at] = PRICES[at]!;
    prices[i] = Number(last[at]!.toFixed(8));
    quantities[i] = Math.round(random() * 10 * lots[at]!) / lots[at]!;
  }
  const start = Date.UTC(2026, 0, 5);
  const trades = SYMBOLS.map((symbol) => ({
    type: 'trade' as const,
    ...{ symbol, id: 0, price: 0.5, quantity: 0.5, time: 0.5, eventTime: 0.5, buyerIsMaker: false },
  }));
  return (i) => {
    const at = i % SYMBOLS.length;
    const trade = trades[at]!;
    trade.id = (i - at) / SYMBOLS.length;
    trade.price = prices[i]!;
    trade.quantity = quantities[i]!;
    trade.time = start + i;
    trade.eventTime = start + i;
    trade.buyerIsMaker = quantities[i]! < 5;
    return trade;
  };
}

/** A series and six indicators that follow it: committed on closed bars, looked ahead on the forming one. */
class Followed {
  readonly series: CandleSeries;
  readonly #sma = sma(20);
  readonly #ema = ema(20);
  readonly #rsi = rsi(14);
  readonly #macd = macd();
  readonly #bands = bollinger(20);
  readonly #range = atr(14);
  readonly #lines = { macd: 0.5, signal: 0.5, histogram: 0.5 };
  readonly #forming = {
    ...{ openTime: 0.5, open: 0.5, high: 0.5, low: 0.5, close: 0.5, volume: 0.5, quoteVolume: 0.5 },
  };
  readonly #band = { upper: 0.5, middle: 0.5, lower: 0.5 };

  constructor(symbol: string, interval: Interval) {
    this.series = new CandleSeries(interval, { symbol, limit: KEPT });
  }

  take(trade: Trade): number {
    const { series } = this;
    const { closed } = series.addTrade(trade);
    for (let i = closed; i > 0; i--) this.#commit(series.at(-i)!);
    return this.#peek(series.newest(this.#forming)!);
  }

  #commit(bar: { high: number; low: number; close: number }): void {
    this.#sma.update(bar.close);
    this.#ema.update(bar.close);
    this.#rsi.update(bar.close);
    this.#macd.update(bar.close, this.#lines);
    this.#bands.update(bar.close, this.#band);
    this.#range.update(bar);
  }

  #peek(bar: { high: number; low: number; close: number }): number {
    const three = this.#sma.peek(bar.close) + this.#ema.peek(bar.close) + this.#rsi.peek(bar.close);
    const two = this.#macd.peek(bar.close, this.#lines).macd + this.#bands.peek(bar.close, this.#band).upper;
    return three + two + this.#range.peek(bar);
  }
}

export function measureCandles(events: number): Rates {
  const trades = makeTrades(events);
  const make = <T>(one: (symbol: string, interval: Interval) => T): Map<string, T[]> =>
    new Map(SYMBOLS.map((symbol) => [symbol, INTERVALS.map((interval) => one(symbol, interval))]));
  const rate = (from: number, to: number, work: (trade: Trade) => void) =>
    (to - from) /
    cpuTime(() => {
      for (let i = from; i < to; i++) work(trades(i));
    }) /
    1000;
  const held = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  };
  const tenth = Math.floor(events / 10);

  const plain = make((symbol, interval) => new CandleSeries(interval, { symbol, limit: KEPT }));
  const add = (trade: Trade) => {
    for (const series of plain.get(trade.symbol)!) series.addTrade(trade);
  };
  rate(0, tenth, add);
  const candles = rate(tenth, events, add);

  const followed = make((symbol, interval) => new Followed(symbol, interval));
  let kept = 0;
  const follow = (trade: Trade) => {
    for (const one of followed.get(trade.symbol)!) kept += one.take(trade) > 0 ? 1 : 0;
  };
  rate(0, tenth, follow);
  const heldBefore = held();
  const peeked = rate(tenth, events, follow);
  const heldAfter = held();
  if (kept === 0) throw new Error('no results');
  return { candles, peeked, heldBefore, heldAfter };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(JSON.stringify(measureCandles(Number(process.argv[2]))));

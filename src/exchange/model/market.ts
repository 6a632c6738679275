import type { BestQuote } from '../tape/book.ts';
import type { Instrument } from '../tape/instrument.ts';
import type { Market, Outlet } from '../tape/market.ts';
import { aggTradePayload, bookTickerPayload, depthPayload, tradePayload } from '../tape/payloads.ts';
import type { TapeTrade } from '../tape/tape.ts';
import { aggregate } from '../tape/tape.ts';
import { SimulatedBook, STEP_MS } from './book.ts';
import { listPair } from './coins.ts';
import { LogPath } from './path.ts';
import { hash, seedOf } from './random.ts';
import { SimulatedTape } from './tape.ts';

const DAY = 86_400_000;
/** Usual day of listing; the same for every start after it, so that a restarted exchange is the same market. */
const LISTING = Date.UTC(2025, 0, 1) / DAY;

export interface SimulatedMarketOptions {
  readonly seed: number;
  readonly symbols: readonly string[];
  /** Epoch ms. */
  readonly startTime: number;
}

/**
 * A market that is a pure function of seed and time. Coins follow one common factor and a walk of their own;
 * volatility comes in clusters and volume with it. Instruments are set up when first used.
 */
export class SimulatedMarket implements Market {
  readonly source = 'simulated';
  readonly end = Number.POSITIVE_INFINITY;
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly #seed: number;
  readonly #firstDay: number;
  readonly #factor: LogPath;
  readonly #coins = new Map<string, LogPath>();
  readonly #tapes = new Map<string, SimulatedTape>();
  readonly #books = new Map<string, SimulatedBook>();
  readonly #lastQuotes = new Map<string, { quote: BestQuote; step: number; count: number }>();
  #now: number;

  constructor({ seed, symbols, startTime }: SimulatedMarketOptions) {
    this.#seed = seed;
    this.#now = startTime;
    const year = new Date(startTime).getUTCFullYear();
    this.#firstDay = startTime >= (LISTING + 60) * DAY ? LISTING : Date.UTC(year - 1, 0, 1) / DAY;
    this.#factor = new LogPath(seedOf(seed, 'market'), 0.017, this.#firstDay, 8);
    this.instruments = new Map(symbols.map((symbol) => [symbol, listPair(symbol).instrument]));
  }

  get now(): number {
    return this.#now;
  }

  tape(symbol: string): SimulatedTape {
    let tape = this.#tapes.get(symbol);
    if (!tape) {
      const pair = listPair(symbol);
      const seed = seedOf(this.#seed, symbol);
      tape = new SimulatedTape(
        {
          pair,
          market: this.#factor,
          coin: this.#coinPath(pair.instrument.baseAsset, pair.volatility),
          basis: new LogPath(seedOf(seed, 'basis'), 0.0001, this.#firstDay),
          seed,
        },
        this.#firstDay,
        1_000_000 + (hash(seed, 0) % 900_000_000),
        () => this.#now,
      );
      this.#tapes.set(symbol, tape);
    }
    return tape;
  }

  book(symbol: string): SimulatedBook {
    let book = this.#books.get(symbol);
    if (!book) {
      book = new SimulatedBook(
        listPair(symbol),
        this.tape(symbol),
        seedOf(this.#seed, `${symbol} book`),
        () => this.#now,
      );
      this.#books.set(symbol, book);
    }
    return book;
  }

  publish(time: number, outlet: Outlet): void {
    while (this.#now < time) {
      const step = Math.floor(this.#now / STEP_MS) + 1;
      const until = Math.min(time, step * STEP_MS);
      const from = this.#now;
      this.#now = until;
      this.#publishTrades(from, until, outlet);
      if (until === step * STEP_MS) this.#publishStep(step, outlet);
    }
  }

  #coinPath(asset: string, volatility: number): LogPath {
    let path = this.#coins.get(asset);
    if (!path) {
      path = new LogPath(seedOf(this.#seed, asset), volatility, this.#firstDay);
      this.#coins.set(asset, path);
    }
    return path;
  }

  /** Quotes move before the trade that meets them prints. */
  #publishTrades(from: number, to: number, outlet: Outlet): void {
    const quoted = new Set(outlet.listened('bookTicker'));
    const single = new Set(outlet.listened('trade'));
    const grouped = new Set(outlet.listened('aggTrade'));
    const fresh: { symbol: string; trade: TapeTrade; last: boolean; group: TapeTrade[] }[] = [];
    for (const symbol of new Set([...quoted, ...single, ...grouped])) {
      let group: TapeTrade[] = [];
      const trades = this.tape(symbol).tradesBetween(from, to);
      trades.forEach((trade, i) => {
        if (group[0]?.aggregateId !== trade.aggregateId) group = [];
        group.push(trade);
        const last = trades[i + 1]?.aggregateId !== trade.aggregateId;
        fresh.push({ symbol, trade, last, group });
      });
    }
    fresh.sort((a, b) => a.trade.time - b.trade.time);
    for (const { symbol, trade, last, group } of fresh) {
      const { instrument } = this.tape(symbol);
      if (quoted.has(symbol) && group[0] === trade) this.#publishQuote(symbol, trade, outlet);
      if (single.has(symbol)) outlet.send('trade', symbol, (unit) => tradePayload(instrument, trade, unit));
      if (last && grouped.has(symbol))
        outlet.send('aggTrade', symbol, (unit) => aggTradePayload(instrument, aggregate(group)[0]!, unit));
    }
  }

  #publishQuote(symbol: string, trade: TapeTrade, outlet: Outlet): void {
    const step = Math.floor(trade.time / STEP_MS);
    const known = this.#lastQuotes.get(symbol);
    const count = known?.step === step ? known.count + 1 : 1;
    const quote = this.book(symbol).quoteFor(trade, count);
    if (known && sameQuote(known.quote, quote)) return;
    this.#lastQuotes.set(symbol, { quote, step, count });
    this.#sendQuote(symbol, quote, outlet);
  }

  #publishStep(step: number, outlet: Outlet): void {
    for (const symbol of outlet.listened('bookTicker')) {
      const quote = this.book(symbol).quote(step * STEP_MS);
      const known = this.#lastQuotes.get(symbol);
      if (known && sameQuote(known.quote, quote)) continue;
      this.#lastQuotes.set(symbol, { quote, step, count: 0 });
      this.#sendQuote(symbol, quote, outlet);
    }
    for (const symbol of outlet.listened('depth')) {
      const { instrument } = this.tape(symbol);
      const change = this.book(symbol).change(step);
      outlet.send('depth', symbol, (unit) => depthPayload(instrument, change, step * STEP_MS, unit));
    }
  }

  #sendQuote(symbol: string, quote: BestQuote, outlet: Outlet): void {
    const { instrument } = this.tape(symbol);
    outlet.send('bookTicker', symbol, () => bookTickerPayload(instrument, quote));
  }
}

function sameQuote(a: BestQuote, b: BestQuote): boolean {
  return (
    a.bid === b.bid && a.ask === b.ask && a.bidQuantity === b.bidQuantity && a.askQuantity === b.askQuantity
  );
}

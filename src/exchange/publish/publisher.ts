import { nextOpenTime, openTimeOf } from '../../market/index.ts';
import type { Hub, Topic } from '../stream/hub.ts';
import type { Stream } from '../stream/names.ts';
import { klineAt } from '../tape/klines.ts';
import type { Market, Outlet, RawKind, TimeUnit } from '../tape/market.ts';
import { partialDepthPayload } from '../tape/payloads.ts';
import { type WindowStatistics, windowStatistics } from '../tape/statistics.ts';
import { DepthMerger } from './depth-merger.ts';
import {
  avgPricePayload,
  klinePayload,
  miniTickerPayload,
  tickerPayload,
  windowTickerPayload,
} from './payloads.ts';

/** The grid on which all computed streams lie. */
const GRID_MS = 100;
const AVERAGE_MS = 300_000;

const RAW_SUFFIX: Readonly<Record<RawKind, string>> = {
  trade: '@trade',
  aggTrade: '@aggTrade',
  bookTicker: '@bookTicker',
  depth: '@depth@100ms',
};

type OfKind<K extends Stream['kind']> = Extract<Stream, { kind: K }>;

/**
 * Moves a market on and sends what that brings: the streams that the market publishes itself, and those that
 * are computed from its tapes and books at the exchange's paces (klines 2 s, 1s klines and tickers 1 s, books
 * 100 ms or 1 s).
 */
export class Publisher implements Outlet {
  readonly #market: Market;
  readonly #hub: Hub;
  readonly #merger = new DepthMerger();
  /** Next trade ids when a stream, or its part about a symbol, was last sent: so that only changes go out. */
  readonly #lastIds = new Map<string, Map<string, number>>();
  #closings: { name: string; stream: OfKind<'kline'>; openTime: number }[] = [];
  #version = -1;
  #topics: Topic[] = [];
  #raw: Record<RawKind, Set<string>> = {
    trade: new Set(),
    aggTrade: new Set(),
    bookTicker: new Set(),
    depth: new Set(),
  };

  constructor(market: Market, hub: Hub) {
    this.#market = market;
    this.#hub = hub;
  }

  listened(kind: RawKind): Iterable<string> {
    return this.#raw[kind];
  }

  send(kind: RawKind, symbol: string, payload: (unit: TimeUnit) => string): void {
    const name = symbol.toLowerCase() + RAW_SUFFIX[kind];
    if (kind === 'depth' && this.#merger.keeps(symbol)) this.#merger.add(symbol, payload(1));
    this.#hub.send(name, payload);
  }

  /** Publishes all before `time`. */
  advance(time: number): void {
    const end = Math.min(time, this.#market.end);
    while (this.#market.now < end) {
      this.#listTopics();
      const boundary = (Math.floor(this.#market.now / GRID_MS) + 1) * GRID_MS;
      this.#market.publish(Math.min(boundary, end), this);
      if (this.#market.now === boundary) this.#publishGrid(boundary);
    }
  }

  #listTopics(): void {
    if (this.#version === this.#hub.version) return;
    this.#version = this.#hub.version;
    this.#topics = [...this.#hub.topics()].filter(({ stream }) => stream && this.#lists(stream));
    const names = new Set(this.#topics.map(({ name }) => name));
    for (const name of this.#lastIds.keys()) if (!names.has(name)) this.#lastIds.delete(name);
    for (const set of Object.values(this.#raw)) set.clear();
    for (const { stream } of this.#topics)
      if (stream && stream.kind in this.#raw && 'symbol' in stream)
        this.#raw[stream.kind as RawKind].add(stream.symbol);
    this.#merger.keep(
      this.#topics.flatMap(({ stream }) =>
        stream?.kind === 'depth' && stream.everyMs === 1000 ? [stream.symbol] : [],
      ),
    );
  }

  #lists(stream: Stream): boolean {
    return !('symbol' in stream) || this.#market.instruments.has(stream.symbol);
  }

  #publishGrid(time: number): void {
    const second = time % 1000 === 0;
    const statistics = new Map<string, WindowStatistics>();
    const day = (symbol: string) => {
      let found = statistics.get(symbol);
      if (!found) {
        found = windowStatistics(this.#market.tape(symbol), time);
        statistics.set(symbol, found);
      }
      return found;
    };
    for (const { name, stream } of this.#topics) {
      if (stream?.kind === 'partialDepth') {
        if (second || stream.everyMs === 100) this.#partialDepth(name, stream);
      } else if (stream && second) this.#publishSecond(name, stream, time, day);
    }
    this.#closeKlines(time);
  }

  #publishSecond(
    name: string,
    stream: Stream,
    time: number,
    day: (symbol: string) => WindowStatistics,
  ): void {
    const send = (payload: (unit: TimeUnit) => string) => this.#hub.send(name, payload);
    switch (stream.kind) {
      case 'kline':
        this.#kline(name, stream, time);
        break;
      case 'ticker': {
        const { symbol } = stream;
        const best = this.#market.book(symbol).best();
        send((unit) => tickerPayload(this.#instrument(symbol), day(symbol), best, unit));
        break;
      }
      case 'miniTicker':
        send((unit) => miniTickerPayload(this.#instrument(stream.symbol), day(stream.symbol), unit));
        break;
      case 'windowTicker':
        send((unit) => this.#windowTicker(stream.symbol, stream, time, unit));
        break;
      case 'avgPrice':
        send((unit) => this.#average(stream.symbol, time, unit));
        break;
      case 'miniTickers':
        this.#array(name, (symbol, unit) => miniTickerPayload(this.#instrument(symbol), day(symbol), unit));
        break;
      case 'windowTickers':
        this.#array(name, (symbol, unit) => this.#windowTicker(symbol, stream, time, unit));
        break;
      case 'depth':
        if (stream.everyMs === 1000) this.#mergedDepth(name, stream, time);
        break;
    }
  }

  #instrument(symbol: string) {
    return this.#market.instruments.get(symbol)!;
  }

  /** A bar's last update goes out at its end, whether or not anything was traded; others only when something was. */
  #kline(name: string, stream: OfKind<'kline'>, time: number): void {
    const { interval, offset } = stream;
    const openTime = openTimeOf(time - 1 + offset, interval) - offset;
    const closes = nextOpenTime(openTime + offset, interval) - offset === time;
    if (closes) this.#closings.push({ name, stream, openTime });
    else if (time % 2000 === 0 && this.#traded(name, stream.symbol))
      this.#sendKline(name, stream, openTime, false, time);
  }

  /** Bars that are over are sent once their last trade is there. */
  #closeKlines(time: number): void {
    if (this.#closings.length === 0) return;
    this.#closings = this.#closings.filter(({ name, stream, openTime }) => {
      const end = nextOpenTime(openTime + stream.offset, stream.interval) - stream.offset;
      if (!this.#market.tape(stream.symbol).complete(end)) return true;
      this.#sendKline(name, stream, openTime, true, time);
      return false;
    });
  }

  #sendKline(name: string, stream: OfKind<'kline'>, openTime: number, closed: boolean, time: number): void {
    const tape = this.#market.tape(stream.symbol);
    const kline = klineAt(tape, stream.interval, openTime, stream.offset);
    this.#hub.send(name, (unit) => klinePayload(tape.instrument, stream.interval, kline, closed, time, unit));
  }

  /** Whether a symbol had trades since this was last asked for a stream. */
  #traded(name: string, symbol: string): boolean {
    const { nextId } = this.#market.tape(symbol);
    let known = this.#lastIds.get(name);
    if (!known) {
      known = new Map();
      this.#lastIds.set(name, known);
    }
    const changed = known.get(symbol) !== nextId;
    known.set(symbol, nextId);
    return changed;
  }

  #windowTicker(
    symbol: string,
    { window, length }: { window: string; length: number },
    time: number,
    unit: TimeUnit,
  ) {
    const tape = this.#market.tape(symbol);
    return windowTickerPayload(tape.instrument, window, windowStatistics(tape, time, length), unit);
  }

  #average(symbol: string, time: number, unit: TimeUnit): string {
    const tape = this.#market.tape(symbol);
    const lastTime = tape.trades(tape.nextId - 1, tape.nextId)[0]?.time ?? 0;
    return avgPricePayload(tape.instrument, windowStatistics(tape, time, AVERAGE_MS), lastTime, unit);
  }

  /** All symbols in one frame: only those with trades since the frame before. */
  #array(name: string, payload: (symbol: string, unit: TimeUnit) => string): void {
    const changed = [...this.#market.instruments.keys()].filter((symbol) => this.#traded(name, symbol));
    if (changed.length === 0) return;
    this.#hub.send(name, (unit) => `[${changed.map((symbol) => payload(symbol, unit)).join(',')}]`);
  }

  #partialDepth(name: string, { symbol, levels }: OfKind<'partialDepth'>): void {
    const snapshot = this.#market.book(symbol).snapshot(levels);
    this.#hub.send(name, () => partialDepthPayload(this.#instrument(symbol), snapshot));
  }

  #mergedDepth(name: string, { symbol }: OfKind<'depth'>, time: number): void {
    const merged = this.#merger.take(symbol);
    if (merged) this.#hub.send(name, (unit) => merged.payload(time, unit));
  }
}

import {
  type Candle,
  CandlebookError,
  type Interval,
  type KlineEvent,
  nextOpenTime,
  openTimeOf,
  parseInterval,
  type Trade,
} from '../market/index.ts';
import { BarWriter, RecentTrades } from './bar-writer.ts';
import { checkAscending, checkCandle, checkKline, checkTrade, closeTimeOf } from './check.ts';
import { CANDLE_COLUMNS, type CandleColumn, type CandleColumns, ColumnStore, ORIGIN } from './columns.ts';
import { TradeIds } from './trade-ids.ts';

export interface CandleSeriesOptions {
  symbol: string;
  /** The newest bars that are kept, the forming one included. `Infinity` keeps all. Default 10,000. */
  limit?: number;
  /** Put a flat bar of no volume where an interval had no trade. Default false: a gap stays a gap. */
  fillGaps?: boolean;
  /** Trades kept to complete an exchange's bar that has not seen them yet. Default 8,192. */
  recentTrades?: number;
}

/** What an event did to the series. */
export interface CandleChange {
  /** How many bars it closed: they are the last ones of the closed bars. */
  readonly closed: number;
  /** Whether the forming bar began or changed. */
  readonly forming: boolean;
  /** Open time of a bar, closed before, that was corrected or inserted: all from there on is to be recomputed. */
  readonly correctedFrom: number | undefined;
}

/** Consecutive bars that are absent: from the first one's open time to the last one's. */
export interface CandleGap {
  readonly fromOpenTime: number;
  readonly toOpenTime: number;
  readonly bars: number;
}

/** What indicators read of a bar. */
export type BarFields = {
  -readonly [K in 'openTime' | 'open' | 'high' | 'low' | 'close' | 'volume' | 'quoteVolume']: Candle[K];
};

const NOTHING: CandleChange = Object.freeze({ closed: 0, forming: false, correctedFrom: undefined });
const FORMING: CandleChange = Object.freeze({ closed: 0, forming: true, correctedFrom: undefined });

/**
 * The bars of one symbol and interval: closed ones, and the one that is forming. Fed with trades, with the
 * exchange's klines, or with both in any order; a trade counts once, whichever way it comes. Columns are
 * contiguous doubles. Sums are exact: a bar built from all its trades equals the exchange's bar field by field.
 */
export class CandleSeries implements Iterable<Candle> {
  readonly symbol: string;
  readonly interval: Interval;
  readonly limit: number;
  readonly #fillGaps: boolean;
  readonly #store: ColumnStore;
  readonly #ids = new TradeIds();
  readonly #forming: BarWriter;
  readonly #late: BarWriter;
  readonly #recent: RecentTrades;
  #keepsRecent = false;
  #isForming = false;
  #lastOpenTime = Number.NEGATIVE_INFINITY;
  #nextOpenTime = Number.NEGATIVE_INFINITY;
  #ignored = 0;

  /** @throws CandlebookError INPUT_INVALID */
  constructor(interval: Interval, options: CandleSeriesOptions) {
    const { symbol, limit = 10_000, fillGaps = false, recentTrades = 8_192 } = options;
    if (!(limit === Number.POSITIVE_INFINITY || (Number.isSafeInteger(limit) && limit >= 2))) {
      throw new CandlebookError('INPUT_INVALID', `A series can not keep ${limit} bars.`, {
        value: limit,
        hint: 'Pass a whole number of 2 or more, or Infinity to keep all.',
      });
    }
    this.symbol = symbol;
    this.interval = parseInterval(interval);
    this.limit = limit;
    this.#fillGaps = fillGaps;
    this.#store = new ColumnStore(limit);
    this.#forming = new BarWriter(this.#store);
    this.#late = new BarWriter(this.#store);
    this.#recent = new RecentTrades(recentTrades);
  }

  /** Closed bars. */
  get length(): number {
    return this.#store.length - (this.#isForming ? 1 : 0);
  }

  /** Bars that the limit has pushed out: `dropped + i` is a bar's index for life, if no bar is inserted before it. */
  get dropped(): number {
    return this.#store.dropped;
  }

  /** Trades that were not counted: duplicates, and those of bars that are no longer kept. */
  get ignoredTrades(): number {
    return this.#ignored;
  }

  /** The bar that is forming, as it stands now. */
  get forming(): Candle | undefined {
    return this.#isForming ? this.#candle(this.#store.length - 1) : undefined;
  }

  /**
   * Writes the newest bar, the forming one included, into an object of the caller's: what indicators look ahead with
   * at every trade, without a new object for each.
   * @returns that object, or `undefined` before the first bar
   */
  newest<T extends BarFields>(into: T): T | undefined {
    const { length, start, arrays } = this.#store;
    if (length === 0) return undefined;
    const at = start + length - 1;
    into.openTime = arrays.openTime[at]!;
    into.open = arrays.open[at]!;
    into.high = arrays.high[at]!;
    into.low = arrays.low[at]!;
    into.close = arrays.close[at]!;
    into.volume = arrays.volume[at]!;
    into.quoteVolume = arrays.quoteVolume[at]!;
    return into;
  }

  /** The closed bar at `index`, oldest first; negative counts from the newest. */
  at(index: number): Candle | undefined {
    const row = index < 0 ? this.length + index : index;
    return row >= 0 && row < this.length ? this.#candle(row) : undefined;
  }

  /** The closed bars, oldest first. */
  *[Symbol.iterator](): Iterator<Candle> {
    for (let row = 0; row < this.length; row++) yield this.#candle(row);
  }

  /**
   * A column as a view on the series: valid until the next event; `slice()` it to keep it.
   * @param options `forming`: with the forming bar as the last value. Default false.
   */
  column(name: CandleColumn, options: { forming?: boolean } = {}): Float64Array {
    if (!CANDLE_COLUMNS.includes(name)) {
      throw new CandlebookError('INPUT_INVALID', `A candle series has no column ${JSON.stringify(name)}.`, {
        value: name,
        hint: `Use one of ${CANDLE_COLUMNS.join(', ')}.`,
      });
    }
    return this.#store.view(name, options.forming ? this.#store.length : this.length);
  }

  /** All columns, as `column` gives them. */
  columns(options: { forming?: boolean } = {}): CandleColumns {
    return Object.fromEntries(
      CANDLE_COLUMNS.map((name) => [name, this.column(name, options)]),
    ) as CandleColumns;
  }

  /**
   * Whether all trades of a bar are in it: `index` as in `at`, `length` for the forming bar (up to its last
   * trade). The exchange's bars are; a bar that was begun in its middle or lost trades is not.
   */
  isComplete(index: number): boolean {
    const row = index < 0 ? this.length + index : index;
    if (row < 0 || row >= this.#store.length) return false;
    const first = this.#store.get('firstTradeId', row);
    const last = this.#store.get('lastTradeId', row);
    const forming = this.#isForming && row === this.#store.length - 1;
    const origin = this.#store.get('origin', row);
    if (origin === ORIGIN.filled) return true;
    if (origin === ORIGIN.snapshot) return false;
    if (origin === ORIGIN.exchange) return !forming || last < 0 || !this.#ids.missing(first, last);
    return !this.#ids.missing(first - 1, forming ? last : last + 1);
  }

  /** Runs of absent bars between the kept ones, the forming one included. */
  gaps(): CandleGap[] {
    const times = this.column('openTime', { forming: true });
    const found: CandleGap[] = [];
    for (let i = 1; i < times.length; i++) {
      let next = nextOpenTime(times[i - 1]!, this.interval);
      if (next === times[i]) continue;
      const fromOpenTime = next;
      let toOpenTime = next;
      let bars = 0;
      for (; next < times[i]!; next = nextOpenTime(next, this.interval)) {
        toOpenTime = next;
        bars++;
      }
      found.push({ fromOpenTime, toOpenTime, bars });
    }
    return found;
  }

  /**
   * Counts a trade, once. It may close the forming bar, begin one, or correct a closed one (a late trade).
   * @throws CandlebookError INPUT_INVALID on another symbol or a number that is none
   */
  addTrade(trade: Trade): CandleChange {
    checkTrade(trade, this.symbol);
    const standing = this.#ids.take(trade.id);
    if (standing === 'duplicate') return this.#ignore();
    if (trade.time >= this.#nextOpenTime) {
      const closed = this.#begin(openTimeOf(trade.time, this.interval));
      this.#addToForming(trade);
      return closed === 0 ? FORMING : { closed, forming: true, correctedFrom: undefined };
    }
    if (trade.time >= this.#lastOpenTime && this.#isForming) {
      this.#addToForming(trade);
      return FORMING;
    }
    return this.#addLate(trade);
  }

  /**
   * Takes the exchange's view of a bar. Of the forming bar: completed with the trades it has not seen yet. Of a
   * closed bar: the last word on it, whatever the trades gave.
   * @throws CandlebookError INPUT_INVALID on another symbol or interval, or an impossible bar
   */
  addKline(event: KlineEvent): CandleChange {
    checkKline(event, this.symbol, this.interval);
    const { candle, closed: isClosed, firstTradeId, lastTradeId } = event;
    this.#keepsRecent = true;
    if (candle.openTime > this.#lastOpenTime) {
      const closed = this.#begin(candle.openTime);
      this.#state(this.#store.length - 1, candle, firstTradeId, lastTradeId);
      this.#isForming = !isClosed;
      return { closed: closed + (isClosed ? 1 : 0), forming: !isClosed, correctedFrom: undefined };
    }
    if (candle.openTime === this.#lastOpenTime && this.#isForming) return this.#mergeForming(event);
    if (!isClosed) return NOTHING;
    return this.#correct(candle, firstTradeId, lastTradeId);
  }

  /**
   * Takes bars as the REST interface gives them, oldest first: history before the first event, or back-fill of
   * a gap. The last of an answer is usually still forming: state `at`, the time at which they were asked for.
   * @param options `at`: epoch ms; a bar whose end it has not passed is forming. Default: all are closed.
   * @throws CandlebookError INPUT_INVALID with the index of the bar that is out of order or impossible
   */
  load(candles: readonly Candle[], options: { at?: number } = {}): CandleChange {
    const { at = Number.POSITIVE_INFINITY } = options;
    candles.forEach((candle, i) => {
      checkCandle(candle, this.interval, i);
    });
    checkAscending(
      candles.map((candle) => candle.openTime),
      this.interval,
    );
    let closed = 0;
    let correctedFrom: number | undefined;
    for (const candle of candles) {
      const isForming = at <= closeTimeOf(candle.openTime, this.interval);
      if (candle.openTime > this.#lastOpenTime) {
        closed += this.#begin(candle.openTime) + (isForming ? 0 : 1);
        this.#snapshot(candle, isForming);
      } else if (candle.openTime < this.#lastOpenTime || !this.#isForming) {
        const corrected = this.#correct(candle, Number.NaN, Number.NaN).correctedFrom;
        correctedFrom ??= corrected;
      } else if (!isForming) {
        this.#snapshot(candle, false);
        closed++;
      } else if (!(this.#store.get('lastTradeId', this.#store.length - 1) >= 0)) this.#snapshot(candle, true);
    }
    return { closed, forming: this.#isForming && candles.length > 0, correctedFrom };
  }

  /** The clock has reached `time` (epoch ms): closes the forming bar if its interval is over. */
  advance(time: number): CandleChange {
    if (!(time >= this.#nextOpenTime)) return NOTHING;
    const closed = (this.#isForming ? 1 : 0) + this.#fill(openTimeOf(time, this.interval));
    this.#isForming = false;
    return closed === 0 ? NOTHING : { closed, forming: false, correctedFrom: undefined };
  }

  /** Closes what was forming and begins the bar at `openTime`. @returns how many bars closed */
  #begin(openTime: number): number {
    const closed = (this.#isForming ? 1 : 0) + this.#fill(openTime);
    const row = this.#store.insert(this.#store.length);
    this.#store.set('openTime', row, openTime);
    this.#store.set('firstTradeId', row, -1);
    this.#store.set('lastTradeId', row, -1);
    this.#reach(openTime);
    this.#isForming = true;
    this.#forming.open(row);
    this.#recent.clear();
    return closed;
  }

  #reach(openTime: number): void {
    this.#lastOpenTime = openTime;
    this.#nextOpenTime = nextOpenTime(openTime, this.interval);
  }

  /** Flat bars up to `openTime`, where asked for: no more than the series keeps. */
  #fill(openTime: number): number {
    if (!this.#fillGaps || this.#store.length === 0) return 0;
    const close = this.#store.get('close', this.#store.length - 1);
    const step = this.#nextOpenTime - this.#lastOpenTime;
    const tooMany = (openTime - this.#nextOpenTime) / step - this.limit;
    if (tooMany > 1) this.#reach(openTimeOf(this.#lastOpenTime + Math.floor(tooMany) * step, this.interval));
    let filled = 0;
    for (; this.#nextOpenTime < openTime; this.#reach(this.#nextOpenTime), filled++) {
      const row = this.#store.insert(this.#store.length);
      this.#store.set('openTime', row, this.#nextOpenTime);
      for (const column of ['open', 'high', 'low', 'close'] as const) this.#store.set(column, row, close);
      this.#store.set('firstTradeId', row, -1);
      this.#store.set('lastTradeId', row, -1);
      this.#store.set('origin', row, ORIGIN.filled);
    }
    return filled;
  }

  /** Writes the newest bar as the REST interface stated it. */
  #snapshot(candle: Candle, isForming: boolean): void {
    const row = this.#store.length - 1;
    this.#state(row, candle, Number.NaN, Number.NaN);
    if (isForming) this.#store.set('origin', row, ORIGIN.snapshot);
    this.#isForming = isForming;
  }

  #addToForming(trade: Trade): void {
    this.#forming.add(this.#store.length - 1, trade);
    if (this.#keepsRecent) this.#recent.push(trade);
  }

  #addLate(trade: Trade): CandleChange {
    const openTime = openTimeOf(trade.time, this.interval);
    const row = this.#insertOrFind(openTime);
    if (row === undefined) return this.#ignore();
    const origin = this.#store.get('origin', row);
    if (origin === ORIGIN.exchange || origin === ORIGIN.snapshot) return this.#ignore();
    this.#store.set('origin', row, ORIGIN.trades);
    this.#late.open(row).add(row, trade);
    return { closed: 0, forming: false, correctedFrom: openTime };
  }

  #mergeForming({ candle, closed, firstTradeId, lastTradeId }: KlineEvent): CandleChange {
    const row = this.#store.length - 1;
    if (closed) {
      this.#state(row, candle, firstTradeId, lastTradeId);
      this.#isForming = false;
      return { closed: 1, forming: false, correctedFrom: undefined };
    }
    const known = this.#store.get('lastTradeId', row);
    if (!(known > lastTradeId)) {
      const changed = this.#state(row, candle, firstTradeId, lastTradeId);
      this.#recent.clear();
      return changed ? FORMING : NOTHING;
    }
    const unseen = this.#recent.after(lastTradeId, known);
    if (!unseen) return NOTHING;
    this.#state(row, candle, firstTradeId, lastTradeId);
    for (const trade of unseen) this.#forming.add(row, trade);
    return FORMING;
  }

  #correct(candle: Candle, firstTradeId: number, lastTradeId: number): CandleChange {
    const before = this.#store.length;
    const row = this.#insertOrFind(candle.openTime);
    if (row === undefined) return NOTHING;
    const changed = this.#state(row, candle, firstTradeId, lastTradeId) || this.#store.length > before;
    return changed ? { closed: 0, forming: false, correctedFrom: candle.openTime } : NOTHING;
  }

  /** Row of a closed bar, made where there was a gap; `undefined` where it would be older than what is kept. */
  #insertOrFind(openTime: number): number | undefined {
    const found = this.#store.find(openTime);
    if (found >= 0) return found;
    const at = -1 - found;
    if (at === 0 && this.#store.length === this.limit) return undefined;
    const row = this.#store.insert(at);
    this.#store.set('openTime', row, openTime);
    this.#store.set('firstTradeId', row, -1);
    this.#store.set('lastTradeId', row, -1);
    return row;
  }

  /** Writes the exchange's statement of a bar. NaN: it did not say which trades it counted. */
  #state(row: number, candle: Candle, firstTradeId: number, lastTradeId: number): boolean {
    const changed = this.#store.write(row, candle);
    this.#store.set('origin', row, ORIGIN.exchange);
    this.#store.set('firstTradeId', row, firstTradeId);
    this.#store.set('lastTradeId', row, lastTradeId);
    if (lastTradeId >= 0) this.#ids.cover(firstTradeId, lastTradeId);
    if (row === this.#store.length - 1) this.#forming.open(row);
    return changed;
  }

  #candle(row: number): Candle {
    const store = this.#store;
    const openTime = store.get('openTime', row);
    return {
      openTime,
      open: store.get('open', row),
      high: store.get('high', row),
      low: store.get('low', row),
      close: store.get('close', row),
      volume: store.get('volume', row),
      closeTime: closeTimeOf(openTime, this.interval),
      quoteVolume: store.get('quoteVolume', row),
      tradeCount: store.get('tradeCount', row),
      takerBuyVolume: store.get('takerBuyVolume', row),
      takerBuyQuoteVolume: store.get('takerBuyQuoteVolume', row),
    };
  }

  #ignore(): CandleChange {
    this.#ignored++;
    return NOTHING;
  }
}

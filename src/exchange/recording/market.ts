import type { Instrument } from '../tape/instrument.ts';
import type { Market, Outlet, TimeUnit } from '../tape/market.ts';
import { aggTradePayload } from '../tape/payloads.ts';
import { RecordedBook, type RecordedDepth, type RecordedQuote } from './book.ts';
import { loadRecording, type RecordedFrame, type Recording } from './load.ts';
import { RecordedTape } from './tape.ts';

/** Opens capture files for replay. @throws CandlebookError INPUT_INVALID */
export async function openRecording(paths: readonly string[]): Promise<Market> {
  return new RecordedMarket(await loadRecording(paths));
}

/**
 * Recorded frames at their recorded distances. Its clock is the exchange's: the recorder's, moved on by as
 * much as the exchange's was ever seen ahead of it, so that no frame bears a stamp from the future.
 */
class RecordedMarket implements Market {
  readonly source = 'recorded';
  readonly end: number;
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly #frames: readonly RecordedFrame[];
  readonly #offset: number;
  readonly #tapes = new Map<string, RecordedTape>();
  readonly #books = new Map<string, RecordedBook>();
  #next = 0;
  #now: number;

  constructor({ frames, instruments, trades, snapshots, clockOffset }: Recording) {
    this.instruments = instruments;
    this.#frames = frames;
    this.#offset = clockOffset;
    for (const [symbol, instrument] of instruments) {
      this.#tapes.set(symbol, new RecordedTape(instrument, trades.get(symbol) ?? []));
      this.#books.set(symbol, new RecordedBook(instrument, snapshots.get(symbol)));
    }
    this.#now = Math.floor(frames[0]!.received + clockOffset);
    this.end = Math.floor(frames.at(-1)!.received + clockOffset) + 1;
  }

  get now(): number {
    return this.#now;
  }

  tape(symbol: string): RecordedTape {
    return this.#tapes.get(symbol)!;
  }

  book(symbol: string): RecordedBook {
    return this.#books.get(symbol)!;
  }

  publish(time: number, outlet: Outlet): void {
    for (; this.#next < this.#frames.length; this.#next++) {
      const frame = this.#frames[this.#next]!;
      if (frame.received + this.#offset >= time) break;
      this.#publishFrame(frame, outlet);
    }
    this.#now = Math.max(this.#now, time);
  }

  #publishFrame({ kind, symbol, data }: RecordedFrame, outlet: Outlet): void {
    const book = this.book(symbol);
    if (kind === 'bookTicker') book.quote(JSON.parse(data) as RecordedQuote);
    else if (kind === 'depth') book.apply(JSON.parse(data) as RecordedDepth);
    const tape = this.tape(symbol);
    if (kind === 'trade') tape.publishNext();
    outlet.send(kind, symbol, (unit) => inUnit(data, unit));
    if (kind !== 'trade' || !tape.aggregateEnded) return;
    const id = tape.nextAggregateId - 1;
    outlet.send('aggTrade', symbol, (unit) =>
      aggTradePayload(tape.instrument, tape.aggregates(id, id + 1)[0]!, unit),
    );
  }
}

/** Recorded in ms: for a reader of microseconds, its times get three more digits. */
function inUnit(data: string, unit: TimeUnit): string {
  return unit === 1 ? data : data.replace(/"([ET])":(\d{13})(?=[,}])/g, '"$1":$2000');
}

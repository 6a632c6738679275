import { type CapturedLine, readCapture } from '../../fetcher/index.ts';
import { CandlebookError, splitSymbol } from '../../market/index.ts';
import { decimalsOf, parseUnits } from '../decimal.ts';
import type { Instrument } from '../tape/instrument.ts';
import type { RawKind } from '../tape/market.ts';
import type { TapeTrade } from '../tape/tape.ts';
import type { RecordedDepth, RecordedSnapshot } from './book.ts';

/** A recorded frame that is sent again; other streams of a recording are computed from these. */
export interface RecordedFrame {
  readonly received: number;
  readonly kind: RawKind;
  readonly symbol: string;
  /** The payload, byte for byte as recorded. */
  readonly data: string;
}

export interface Recording {
  /** In the order of their receive times. */
  readonly frames: readonly RecordedFrame[];
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly trades: ReadonlyMap<string, readonly TapeTrade[]>;
  readonly snapshots: ReadonlyMap<string, RecordedSnapshot>;
  /** Most that the exchange's clock was seen ahead of the recorder's, ms. */
  readonly clockOffset: number;
}

interface TradeText {
  readonly t: number;
  readonly p: string;
  readonly q: string;
  readonly T: number;
  readonly m: boolean;
}

const FRAME = /^\{"stream":"([^"@]+)@(trade|bookTicker|depth)(@100ms)?","data":/;
const EVENT_TIME = /"E":(\d+)/;

/** What is gathered of one pair while the files are read. */
interface Gathered {
  readonly trades: TradeText[];
  snapshot?: RecordedSnapshot;
  priceDecimals: number;
  quantityDecimals: number;
}

/** Reads capture files whole. @throws CandlebookError INPUT_INVALID */
export async function loadRecording(paths: readonly string[]): Promise<Recording> {
  const frames: RecordedFrame[] = [];
  const gathered = new Map<string, Gathered>();
  let clockOffset = 0;
  for (const path of paths) {
    let pair: Gathered | undefined;
    let early: RecordedSnapshot | undefined;
    for await (const line of readCapture(path)) {
      const frame = readFrame(line);
      if (frame) {
        pair = gatheredOf(gathered, frame.symbol);
        gather(pair, frame);
        frames.push(frame);
        const eventTime = Number(EVENT_TIME.exec(frame.data)?.[1] ?? 0);
        clockOffset = Math.max(clockOffset, eventTime - frame.received);
      } else {
        const snapshot = readSnapshot(line);
        const named = snapshot?.symbol;
        if (named === undefined) early ??= snapshot;
        else keepSnapshot(gatheredOf(gathered, named), snapshot!);
      }
    }
    // A snapshot that names no symbol belongs to the pair of its file.
    if (pair && early) keepSnapshot(pair, early);
  }
  if (frames.length === 0)
    throw new CandlebookError('INPUT_INVALID', `Nothing to replay in ${paths.join(', ')}.`, {
      value: paths,
      hint: 'A recording needs combined-stream frames of trade, bookTicker or depth@100ms.',
    });
  frames.sort((a, b) => a.received - b.received);
  const instruments = new Map<string, Instrument>();
  const trades = new Map<string, TapeTrade[]>();
  const snapshots = new Map<string, RecordedSnapshot>();
  for (const [symbol, pair] of gathered) {
    const instrument = describe(symbol, pair);
    instruments.set(symbol, instrument);
    trades.set(symbol, asTrades(instrument, pair.trades));
    if (pair.snapshot) snapshots.set(symbol, pair.snapshot);
  }
  return { frames, instruments, trades, snapshots, clockOffset };
}

function keepSnapshot(pair: Gathered, snapshot: RecordedSnapshot): void {
  pair.snapshot ??= snapshot;
  noteLevels(pair, snapshot.bids, snapshot.asks);
}

function gatheredOf(all: Map<string, Gathered>, symbol: string): Gathered {
  let pair = all.get(symbol);
  if (!pair) {
    pair = { trades: [], priceDecimals: 0, quantityDecimals: 0 };
    all.set(symbol, pair);
  }
  return pair;
}

function gather(pair: Gathered, { kind, data }: RecordedFrame): void {
  if (kind === 'trade') {
    const trade = JSON.parse(data) as TradeText;
    pair.trades.push(trade);
    noteLevels(pair, [[trade.p, trade.q]]);
  } else if (kind === 'depth') {
    const { b, a } = JSON.parse(data) as RecordedDepth;
    noteLevels(pair, b, a);
  }
}

/** A recording does not say how fine prices and quantities are: as fine as the finest that is seen. */
function noteLevels(pair: Gathered, ...sides: RecordedSnapshot['bids'][]): void {
  for (const levels of sides)
    for (const [price, quantity] of levels) {
      pair.priceDecimals = Math.max(pair.priceDecimals, decimalsOf(price));
      pair.quantityDecimals = Math.max(pair.quantityDecimals, decimalsOf(quantity));
    }
}

function readFrame({ received, text }: CapturedLine): RecordedFrame | undefined {
  const match = FRAME.exec(text);
  if (!match || !text.endsWith('}}')) return undefined;
  // Changes merged over a second can not be replayed as those of 100 ms.
  if (match[2] === 'depth' && !match[3]) return undefined;
  const [opening, stream, kind] = match;
  return {
    received,
    kind: kind as RawKind,
    symbol: stream!.toUpperCase(),
    data: text.slice(opening.length, -1),
  };
}

function readSnapshot({ text }: CapturedLine): RecordedSnapshot | undefined {
  return text.startsWith('{"lastUpdateId":') ? (JSON.parse(text) as RecordedSnapshot) : undefined;
}

function describe(symbol: string, { priceDecimals, quantityDecimals }: Gathered): Instrument {
  const [baseAsset, quoteAsset] = splitSymbol(symbol);
  return { symbol, baseAsset, quoteAsset, priceDecimals, quantityDecimals };
}

/** Numbers the aggregates while it is at it: trades of one time, price and side in a row are one. */
function asTrades(instrument: Instrument, rows: readonly TradeText[]): TapeTrade[] {
  let aggregateId = 0;
  let before: TradeText | undefined;
  return rows.map((row) => {
    if (!before || before.T !== row.T || before.p !== row.p || before.m !== row.m) aggregateId++;
    before = row;
    return {
      id: row.t,
      aggregateId,
      price: parseUnits(row.p, instrument.priceDecimals),
      quantity: parseUnits(row.q, instrument.quantityDecimals),
      time: row.T,
      buyerIsMaker: row.m,
    };
  });
}

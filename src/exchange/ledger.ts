import { closeSync, openSync, writeSync } from 'node:fs';
import { CandlebookError } from '../market/index.ts';
import { formatUnits } from './decimal.ts';
import type { Market } from './tape/market.ts';

/** What was published of a symbol since the start, whether or not somebody listened. */
export interface LedgerEntry {
  readonly symbol: string;
  /** -1 where there was no trade. */
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly trades: number;
}

const WRITE_EVERY_MS = 100;
/** Trades that are read from a tape at once. */
const PAGE = 10_000;

/** The account of all trades that a market published since it was opened; kept as a file if asked. */
export class Ledger {
  readonly #market: Market;
  readonly #firstIds = new Map<string, number>();
  readonly #written = new Map<string, number>();
  readonly #startTime: number;
  #file: number | undefined;
  #lastWrite = 0;

  /** @throws CandlebookError INPUT_INVALID when the file can not be written */
  constructor(market: Market, path: string | undefined) {
    this.#market = market;
    this.#startTime = market.now;
    if (path === undefined) return;
    try {
      this.#file = openSync(path, 'w');
      writeSync(this.#file, 'symbol,id,price,quantity,time,buyerIsMaker\n');
    } catch (error) {
      throw new CandlebookError(
        'INPUT_INVALID',
        `The ledger can not be written: ${(error as Error).message}.`,
        {
          value: path,
          hint: 'Give a file in a folder that exists and can be written.',
          cause: error,
        },
      );
    }
  }

  entries(): LedgerEntry[] {
    return [...this.#market.instruments.keys()].map((symbol) => {
      const { nextId } = this.#market.tape(symbol);
      const first = this.#firstId(symbol);
      const trades = nextId - first;
      return {
        symbol,
        firstTradeId: trades > 0 ? first : -1,
        lastTradeId: trades > 0 ? nextId - 1 : -1,
        trades,
      };
    });
  }

  /** Brings the file up to date, a few times a second. */
  write(): void {
    if (this.#file === undefined || performance.now() - this.#lastWrite < WRITE_EVERY_MS) return;
    this.flush();
  }

  flush(): void {
    if (this.#file === undefined) return;
    this.#lastWrite = performance.now();
    for (const symbol of this.#market.instruments.keys()) this.#writeSymbol(this.#file, symbol);
  }

  close(): void {
    this.flush();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #firstId(symbol: string): number {
    let first = this.#firstIds.get(symbol);
    if (first === undefined) {
      first = this.#market.tape(symbol).idAt(this.#startTime);
      this.#firstIds.set(symbol, first);
    }
    return first;
  }

  #writeSymbol(file: number, symbol: string): void {
    const tape = this.#market.tape(symbol);
    const { priceDecimals, quantityDecimals } = tape.instrument;
    for (;;) {
      const from = this.#written.get(symbol) ?? this.#firstId(symbol);
      const trades = tape.trades(from, Math.min(from + PAGE, tape.nextId));
      if (trades.length === 0) return;
      const lines = trades.map(
        ({ id, price, quantity, time, buyerIsMaker }) =>
          `${symbol},${id},${formatUnits(price, priceDecimals)},${formatUnits(quantity, quantityDecimals)},${time},${buyerIsMaker}\n`,
      );
      writeSync(file, lines.join(''));
      this.#written.set(symbol, trades.at(-1)!.id + 1);
    }
  }
}

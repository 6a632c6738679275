import { board } from '../../src/dashboard/index.ts';
import type { Ticker } from '../../src/market/index.ts';
import type { BoardSource } from '../../src/serve/source.ts';
import { sampleCandles, sampleTickers } from '../dashboard/figures/sample.ts';

/** A market that moves when a test says so. */
export class SampleSource implements BoardSource {
  readonly source = 'simulated';
  readonly choices;
  opened = 0;
  tickers: Ticker[] = sampleTickers(3);
  readonly ended: Promise<void>;
  end!: () => void;
  readonly #listeners = new Set<() => void>();

  constructor() {
    this.choices = {
      symbols: this.tickers.map(({ symbol }) => symbol),
      symbol: this.tickers[0]!.symbol,
      interval: '1m',
      theme: 'light',
    } as const;
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  async open({ symbol, interval, theme }: Parameters<BoardSource['open']>[0]) {
    this.opened++;
    return {
      content: () =>
        board(
          {
            tickers: this.tickers,
            candles: { columns: sampleCandles(20), symbol, interval, forming: true, overlays: [] },
          },
          { source: this.source, theme, symbols: this.choices.symbols },
        ),
      candlesCsv: () => `openTime\r\n${symbol} ${interval}\r\n`,
      close: () => void this.opened--,
    };
  }

  tickersCsv(): string {
    return 'symbol\r\n';
  }

  onChange(callback: () => void) {
    this.#listeners.add(callback);
    return () => void this.#listeners.delete(callback);
  }

  /** Moves the first pair's price. */
  move(lastPrice: number): void {
    this.tickers = this.tickers.map((ticker, i) => (i === 0 ? { ...ticker, lastPrice } : ticker));
    for (const listener of this.#listeners) listener();
  }
}

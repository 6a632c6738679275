/** A page in a process of its own, as its users have it: moves every price and the forming bar when told to. */
import { board } from '../../../src/dashboard/index.ts';
import { servePage } from '../../../src/serve/server.ts';
import type { BoardSource } from '../../../src/serve/source.ts';
import { mean, sampleCandles, sampleTickers } from '../../dashboard/figures/sample.ts';

/** What the parent asks for: so many movements, so many a second. */
export interface Orders {
  readonly rate: number;
  readonly ticks: number;
}

const COINS = 7;
const BARS = 180;

let step = 0;
let tickers = sampleTickers(COINS);
const columns = sampleCandles(BARS);
const listeners = new Set<() => void>();
const symbols = tickers.map(({ symbol }) => symbol);

const source: BoardSource = {
  source: 'simulated',
  choices: { symbols, symbol: symbols[0]!, interval: '1m', theme: 'light' },
  async open({ symbol, interval, theme }) {
    const candles = () => ({
      ...{ columns, symbol, interval, forming: true },
      overlays: [{ name: 'SMA 20', values: mean(columns.close, 20) }],
    });
    return {
      content: () => board({ tickers, candles: candles() }, { source: 'simulated', theme, symbols }),
      candlesCsv: () => '',
      close: () => undefined,
    };
  },
  tickersCsv: () => '',
  onChange(callback) {
    listeners.add(callback);
    return () => void listeners.delete(callback);
  },
  ended: new Promise(() => undefined),
};

function move(): void {
  step++;
  tickers = tickers.map((ticker, i) => {
    const lastPrice = Number((ticker.lastPrice * (1 + 0.0004 * Math.sin(step * 1.7 + i))).toPrecision(8));
    return { ...ticker, lastPrice, eventTime: ticker.eventTime + 100 };
  });
  const { low, high } = columns;
  const share = 0.5 + 0.5 * Math.sin(step);
  (columns.close as number[])[BARS - 1] = low[BARS - 1]! + share * (high[BARS - 1]! - low[BARS - 1]!);
  for (const listener of listeners) listener();
}

const page = await servePage(source, { port: 0 });
process.send?.(page.url);
process.on('message', ({ rate, ticks }: Orders) => {
  const begin = performance.now();
  let sent = 0;
  const next = () => {
    move();
    if (++sent < ticks) setTimeout(next, Math.max(0, begin + (sent * 1000) / rate - performance.now()));
    else process.send?.('done');
  };
  next();
});
process.on('disconnect', () => void page.close());

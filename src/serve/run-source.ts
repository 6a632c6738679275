import type { CandleSeries } from '../candles/index.ts';
import type { Ticker } from '../market/index.ts';
import type { DashboardRun } from '../runner/index.ts';
import { type CsvValue, csvLine } from '../tabular/index.ts';
import type { ServeOptions } from './options.ts';
import { type PageServer, servePage } from './server.ts';
import type { BoardSource } from './source.ts';

/** A run as what a page is served from. */
function runSource(run: DashboardRun): BoardSource {
  const { symbols, chartSymbol: symbol, interval, theme } = run.settings;
  return {
    source: run.source,
    choices: { symbols, symbol, interval, theme },
    async open(view) {
      const { symbol: chartSymbol, interval, theme, until } = view;
      const chart = await run.openChart({
        chartSymbol,
        interval,
        theme,
        ...(until === undefined ? {} : { until }),
      });
      return {
        content: () => chart.board(),
        candlesCsv: () => candlesCsv(chart.candles),
        close: () => chart.close(),
      };
    },
    tickersCsv: () => tickersCsv(run.tickers),
    onChange: (callback) => {
      const ends = [run.onEvent(() => callback()), run.onNotice(callback)];
      return () => {
        for (const end of ends) end();
      };
    },
    health: (of) => run.telemetry.health[of](),
    ended: run.done.catch(() => undefined),
  };
}

/** What people open in a spreadsheet; a number that is none is an empty cell. */
function csv(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const shown = (value: string | number): CsvValue =>
    typeof value === 'number' && !Number.isFinite(value) ? null : value;
  return [header, ...rows].map((row) => csvLine(row.map(shown), { spreadsheet: true })).join('');
}

function candlesCsv(candles: CandleSeries): string {
  const { forming } = candles;
  const closed = [...candles].map((candle) => ({ candle, state: 'closed' }));
  return csv(
    ['openTime', 'open', 'high', 'low', 'close', 'volume', 'quoteVolume', 'tradeCount', 'state'],
    [...closed, ...(forming ? [{ candle: forming, state: 'forming' }] : [])].map(({ candle, state }) => [
      new Date(candle.openTime).toISOString(),
      ...[
        candle.open,
        candle.high,
        candle.low,
        candle.close,
        candle.volume,
        candle.quoteVolume,
        candle.tradeCount,
      ],
      state,
    ]),
  );
}

function tickersCsv(tickers: readonly Ticker[]): string {
  return csv(
    [
      'symbol',
      'lastPrice',
      'priceChange',
      'priceChangePercent',
      'highPrice',
      'lowPrice',
      'volume',
      'quoteVolume',
      'time',
    ],
    tickers.map((ticker) => [
      ticker.symbol,
      ...[ticker.lastPrice, ticker.priceChange, ticker.priceChangePercent, ticker.highPrice, ticker.lowPrice],
      ...[ticker.volume, ticker.quoteVolume],
      new Date(ticker.eventTime).toISOString(),
    ]),
  );
}

/**
 * Serves a run's board as a web page: `const page = await serveRun(run); console.log(page.firstUrl)`. Several viewers
 * look at one run; each chooses pair, interval and theme.
 * @throws CandlebookError INPUT_INVALID, PORT_IN_USE
 */
export async function serveRun(run: DashboardRun, options: ServeOptions = {}): Promise<PageServer> {
  const page = await servePage(runSource(run), options);
  run.telemetry.observe('candlebook.viewers', () => page.viewers);
  return page;
}

/*
 * The dashboard of a soak: dashboard.ts <tables> <address of the exchange> <JSON: trade id before the first that counts,
 * by symbol>. Indicators on every pair, tables, a page; tells once a second how it is, until SIGTERM.
 */
import { CandleSeries } from '../../src/candles/index.ts';
import { loadSettings } from '../../src/configuration/index.ts';
import { INDICATORS } from '../../src/indicators/index.ts';
import { endOnSignals } from '../../src/runner/command.ts';
import { startDashboard } from '../../src/runner/index.ts';
import { serveRun } from '../../src/serve/index.ts';

const [tables, exchangeUrl, begin] = process.argv.slice(2) as [string, string, string];
const since: Record<string, number> = JSON.parse(begin);
const symbols = Object.keys(since);
const settings = loadSettings({ exchangeUrl, symbols, tables }, { env: {} });
const run = await startDashboard(settings, { display: 'json', write: () => undefined, since });
const page = await serveRun(run, { port: 0 });

/** All indicators of a pair, on its closed bars and on the forming one with every trade. */
class Indicators {
  readonly #series: CandleSeries;
  readonly #all = Object.values(INDICATORS).map((make) => make());
  results = 0;

  constructor(symbol: string) {
    this.#series = new CandleSeries(settings.interval, { symbol, limit: 500 });
  }

  take(trade: Parameters<CandleSeries['addTrade']>[0]): void {
    const { closed } = this.#series.addTrade(trade);
    const { forming } = this.#series;
    for (const indicator of this.#all) {
      const input = (bar: NonNullable<typeof forming>) =>
        indicator.inputs.length === 1 ? bar[indicator.inputs[0]!] : bar;
      for (let i = closed; i > 0; i--)
        (indicator.update as (bar: unknown) => unknown)(input(this.#series.at(-i)!));
      if (forming) (indicator.peek as (bar: unknown) => unknown)(input(forming));
      this.results++;
    }
  }
}

const indicators = new Map(symbols.map((symbol) => [symbol, new Indicators(symbol)]));
run.onEvent((event) => {
  if (event.type === 'trade') indicators.get(event.symbol)?.take(event);
});
const timer = setInterval(() => {
  const { trades, filled, gaps, reconnects, rowsStored, rowsWaiting, storage, feed } = run.summary();
  const results = [...indicators.values()].reduce((sum, one) => sum + one.results, 0);
  const { rss } = process.memoryUsage();
  const { statistics } = run;
  const told = {
    rss,
    trades,
    filled,
    gaps,
    reconnects,
    rowsStored,
    rowsWaiting,
    storage,
    results,
    feed,
    statistics,
  };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}, 1_000);
process.stdout.write(`${page.url}\n`);
await endOnSignals(run, () => page.close());
clearInterval(timer);

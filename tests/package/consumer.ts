import {
  type Candle,
  CandlebookError,
  CandleSeries,
  ema,
  type Interval,
  loadSettings,
  type Settings,
  sma,
} from 'candlebook';

const interval: Interval = '1m';
const settings: Settings = loadSettings({ host: 'data-only' }, { env: {} });
const series = new CandleSeries(interval, { symbol: 'BTCUSDT' });
for (let id = 1; id <= 180; id++) {
  const time = Date.UTC(2026, 0, 1) + id * 1_000;
  series.addTrade({
    ...{ type: 'trade', symbol: 'BTCUSDT', id, price: 100 + (id % 7), quantity: 1, time, eventTime: time },
    buyerIsMaker: false,
  });
}
const bars: Candle[] = [series.at(-1)!, series.forming!];
const average = ema(2);
average.update(bars[0]!.close);
const ahead: number = average.peek(bars[1]!.close);
let code: string | undefined;
try {
  sma(0);
} catch (error) {
  if (error instanceof CandlebookError) code = error.code;
}
console.log(
  JSON.stringify({ host: settings.restUrl, closed: series.length, ahead: Number.isFinite(ahead), code }),
);

/*
 * A run's alerts in a process of their own: run.ts <tables> <webhook> <first second> — each second of an agreed market has
 * one alert, whoever sees it. Prints `told ID`, and `standby` where another run tells them.
 */
import { openAlerts } from '../../src/alerts/index.ts';
import { loadSettings } from '../../src/configuration/index.ts';

const [tables, url, begin] = process.argv.slice(2) as [string, string, string];
const settings = loadSettings(
  {
    tables,
    host: 'simulated',
    alerts: {
      rules: [
        { name: 'high', kind: 'price', above: 100, hysteresis: 0, cooldownSeconds: 0, symbols: ['BTCUSD'] },
      ],
      webhook: { url },
    },
  },
  { env: {} },
);
const alerts = await openAlerts({
  settings,
  source: 'simulated',
  lease: { renewMs: 200, expireMs: 1_500, lookMs: 50 },
  onAlert: ({ id }) => process.stdout.write(`told ${id}\n`),
});
process.stdout.write(`${alerts.toldBy === undefined ? 'tells' : 'standby'}\n`);
const EVERY_MS = 20;
let step = 0;
const timer = setInterval(() => {
  // The market's time, the same for all that look.
  for (; step * EVERY_MS < Date.now() - Number(begin); step++) {
    const time = Number(begin) + step * EVERY_MS;
    const price = step % 2 === 0 ? 101 : 99;
    alerts.take({
      ...{ type: 'trade', source: 'simulated', symbol: 'BTCUSD', id: step, price, quantity: 1, time },
      ...{ eventTime: time, buyerIsMaker: false, receivedAt: time },
    } as never);
  }
}, 5);
process.once('SIGTERM', () => {
  clearInterval(timer);
  void alerts.close().then(() => process.exit(0));
});

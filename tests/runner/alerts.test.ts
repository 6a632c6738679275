import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AlertRuleInput, loadSettings } from '../../src/configuration/index.ts';
import { type Exchange, startExchange } from '../../src/exchange/index.ts';
import { type DashboardRun, startDashboard } from '../../src/runner/index.ts';
import { temporaryFolder } from '../store/folder.ts';

let exchange: Exchange;
let posted: { text: string }[];
const hook = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  posted.push(JSON.parse(body) as { text: string });
  response.end();
});

beforeEach(async () => {
  posted = [];
  exchange = await startExchange({ seed: 3 });
  hook.listen(0, '127.0.0.1');
  await once(hook, 'listening');
});
afterEach(async () => {
  hook.closeAllConnections();
  hook.close();
  await once(hook, 'close');
  await exchange.close();
});

function start(
  tables: string,
  rules: readonly AlertRuleInput[],
  written: string[] = [],
): Promise<DashboardRun> {
  const settings = loadSettings(
    {
      exchangeUrl: exchange.restUrl,
      tables,
      alerts: {
        rules,
        webhook: { url: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/` },
      },
    },
    { env: {} },
  );
  return startDashboard(settings, { display: 'json', write: (text) => written.push(text), store: false });
}

test('a rule is told once: on the display, the board, the webhook; and not again after a restart', async () => {
  const tables = temporaryFolder();
  const rules: AlertRuleInput[] = [
    { name: 'low', kind: 'price', symbols: ['BTCUSD'], above: 1 },
    { name: 'never', kind: 'price', symbols: ['ETHUSD'], above: 1e9 },
    { name: 'moving', kind: 'rsi', symbols: ['SOLUSD'], above: 0.001, on: 'forming' },
  ];
  const written: string[] = [];
  const run = await start(tables, rules, written);
  await expect.poll(() => run.alerts.length, { timeout: 20_000 }).toBe(2);
  const board = (await run.openChart({})).board();
  expect(board.footer.alert).toMatch(
    /^\d\d:\d\d:\d\d (BTCUSD is at|SOLUSD has an RSI\(14\) of) .*\(simulated data\)$/,
  );
  const summary = await run.stop();
  expect(summary).toMatchObject({ alerts: 2, alertsWaiting: 0, alerting: undefined });
  const lines = written.map((line) => JSON.parse(line) as { alert?: { rule: string } });
  expect(lines.flatMap(({ alert }) => alert?.rule ?? []).sort()).toEqual(['low', 'moving']);
  expect(posted).toHaveLength(2);

  const again = await start(tables, rules);
  await again.updates(3);
  expect((await again.stop()).alerts).toBe(0);
  expect(posted).toHaveLength(2);
}, 60_000);

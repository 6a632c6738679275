/*
 * A whole dashboard, with its page and a viewer of it, that keeps all it sees until SIGTERM:
 * dashboard.ts <location> <address of the exchange> <JSON: trade id before the first that counts, by symbol>.
 * Made to be killed at any moment and started again.
 */
import { once } from 'node:events';
import WebSocket from 'ws';
import { loadSettings } from '../../../src/configuration/index.ts';
import type { Mount } from '../../../src/dashboard/wire.ts';
import { endOnSignals } from '../../../src/runner/command.ts';
import { startDashboard } from '../../../src/runner/index.ts';
import { serveRun } from '../../../src/serve/index.ts';

const [location, exchangeUrl, begin] = process.argv.slice(2) as [string, string, string];
const since: Record<string, number> = JSON.parse(begin);
const settings = loadSettings({ exchangeUrl, symbols: Object.keys(since), tables: location }, { env: {} });
const run = await startDashboard(settings, {
  display: 'json',
  write: () => undefined,
  since,
  storage: {
    batch: { maxRows: 300, maxAgeMs: 20 },
    maintenance: { compactEvery: 12, lookEveryMs: 10 },
  },
});
const page = await serveRun(run, { port: 0 });
process.stdout.write('ready\n');
const { board } = (await (await fetch(`${page.url}board`)).json()) as Mount;
const viewer = new WebSocket(`${page.url.replace('http', 'ws')}live?board=${board}`, {
  origin: page.url.slice(0, -1),
});
viewer.on('error', () => undefined);
await once(viewer, 'open');
await endOnSignals(run, () => page.close());

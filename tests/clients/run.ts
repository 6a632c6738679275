/*
 * Other people's clients against the embedded exchange, by REST and by socket, while the exchange ends every
 * connection in the middle of it: `npm run test:clients [-- --seconds 60] [--only ccxt,binance]`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startExchange } from '../../src/exchange/index.ts';
import { npmFolder } from '../bench/peers/npm.ts';
import { say } from '../fixtures/step.ts';

/** Other people's clients of the exchange, as npm has them. They are no dependency of the package. */
const CLIENTS = { ccxt: '4.5.84', '@binance/spot': '32.0.4', binance: '3.6.5' };
const PROGRAMS = { ccxt: 'ccxt', '@binance/spot': 'binance-spot', binance: 'binance' } as const;
type Client = keyof typeof PROGRAMS;

/** What a client's program may take to start and to end, beside its running time. */
const GRACE_MS = 45_000;

interface Outcome {
  readonly counts: Readonly<Record<string, number>>;
  readonly errors: readonly string[];
  readonly rollovers: number;
}

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, only: { type: 'string' } },
});
const seconds = Number(values.seconds);
if (!(seconds >= 10 && seconds <= 3600)) throw new Error(`--seconds ${values.seconds}: from 10 to 3600`);
const chosen = (values.only?.split(',') ?? Object.keys(PROGRAMS)) as Client[];
const unknown = chosen.find((name) => !(name in PROGRAMS));
if (unknown) throw new Error(`--only ${unknown}: of ${Object.keys(PROGRAMS).join(', ')}`);

const folder = await npmFolder('clients', CLIENTS);
cpSync(fileURLToPath(new URL('programs', import.meta.url)), folder, { recursive: true });
// Every connection ends twice or more within the run.
const lifeMs = Math.floor((seconds * 1000) / 2.5);
say(`${chosen.join(', ')}: ${seconds} s each at the same time, connections live ${lifeMs} ms`);
const outcomes = await Promise.all(chosen.map((name) => runClient(name)));
for (const [i, { counts, errors, rollovers }] of outcomes.entries()) {
  const name = chosen[i]!;
  const events = Object.values(counts).reduce((sum, count) => sum + count, 0);
  console.log(
    `${errors.length === 0 ? '✓' : '✗'} ${name} ${CLIENTS[name]}: ${Object.keys(counts).length} kinds, ${events} answers and events, ${rollovers} connections ended, ${errors.length} errors`,
  );
  for (const error of errors) console.log(`    ${error.replaceAll('\n', '\n    ')}`);
}
process.exitCode = outcomes.every(({ errors }) => errors.length === 0) ? 0 : 1;

/** Each client has an exchange of its own: its connections and its request weight are its own. */
async function runClient(name: Client): Promise<Outcome> {
  const exchange = await startExchange({ seed: 7, maxConnectionMs: lifeMs });
  try {
    const { restUrl, wsUrl } = exchange;
    const args = [join(folder, `${PROGRAMS[name]}.mjs`), restUrl, wsUrl, String(seconds), String(lifeMs)];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let complaints = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      complaints = (complaints + chunk).slice(-4000);
    });
    const late = setTimeout(() => child.kill('SIGKILL'), seconds * 1000 + GRACE_MS);
    const [code, signal] = await once(child, 'close');
    clearTimeout(late);
    const line = output.trimEnd().split('\n').at(-1) ?? '';
    if (code === 0 && line.startsWith('{"counts"'))
      return withRefusals(JSON.parse(line), exchange.counters());
    return {
      counts: {},
      errors: [`its program ended with ${signal ?? code}: ${complaints || output}`],
      rollovers: 0,
    };
  } finally {
    await exchange.close();
  }
}

/** What the exchange refused, the client has done wrong, or the exchange has. */
function withRefusals(
  outcome: Outcome,
  {
    requests,
    refusedControls,
    droppedSockets,
  }: ReturnType<Awaited<ReturnType<typeof startExchange>>['counters']>,
): Outcome {
  const refused = Object.entries(requests).filter(([status]) => status !== '200');
  const errors = [...outcome.errors];
  if (refused.length > 0) errors.push(`refused requests: ${JSON.stringify(Object.fromEntries(refused))}`);
  if (refusedControls > 0) errors.push(`refused control frames: ${refusedControls}`);
  if (droppedSockets > 0) errors.push(`dropped connections: ${droppedSockets}`);
  return { ...outcome, errors };
}

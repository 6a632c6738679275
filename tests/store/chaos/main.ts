import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { say } from '../../fixtures/step.ts';
import { runChaos } from './chaos.ts';
import { withFaultyAdls } from './faulty-adls.ts';

/** `--kills 500 [--seed N] [--store adls]`. @returns the exit code */
export function main(argv: string[]): Promise<number> {
  return killOverAndOver(argv, { option: 'kills', what: 'a writer on a live feed' });
}

/** `--run-kills 50 …`: the same for a whole dashboard, board and page included. */
export function runnerMain(argv: string[]): Promise<number> {
  const script = fileURLToPath(new URL('../../runner/chaos/dashboard.ts', import.meta.url));
  return killOverAndOver(argv, { option: 'run-kills', what: 'a dashboard with its page', script });
}

interface Victim {
  readonly option: 'kills' | 'run-kills';
  readonly what: string;
  readonly script?: string;
}

async function killOverAndOver(argv: string[], { option, what, script }: Victim): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      kills: { type: 'string' },
      'run-kills': { type: 'string' },
      seed: { type: 'string' },
      store: { type: 'string', default: 'local' },
    },
  });
  const kills = whole(option, values[option] ?? '');
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : whole('seed', values.seed);
  if (values.store !== 'local' && values.store !== 'adls')
    throw new Error(`--store ${values.store}: local or adls`);
  say(`${what} is killed ${kills} times, tables on ${values.store}, seed ${seed}`);
  const run = (location: string, onEnd?: () => void) =>
    runChaos({
      location,
      onEnd,
      script,
      kills,
      seed,
      onKill: (killed) => {
        if (killed % Math.max(1, Math.round(kills / 20)) === 0) say(`${killed} of ${kills} killed`);
      },
    });
  const folder = mkdtempSync(join(tmpdir(), 'candlebook-chaos-'));
  try {
    const found = await (values.store === 'adls' ? withFaultyAdls(run) : run(folder));
    const { candles, tickers, ledger, table, missing, doubled, wrong, versions, unreadable } = found;
    console.log(`candles ${candles.kept} missing ${candles.missing} doubled ${candles.doubled}`);
    console.log(`tickers ${tickers.kept} doubled ${tickers.doubled}`);
    console.log(`wrong ${wrong}`);
    console.log(
      `ledger ${ledger} table ${table} missing ${missing} doubled ${doubled} versions ${versions} unreadable ${unreadable}`,
    );
    const faults = [candles.missing, candles.doubled, tickers.doubled, wrong, missing, doubled, unreadable];
    return faults.every((count) => count === 0) && ledger > 0 && table === ledger ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (text !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`--${name} ${text}: a whole number is wanted`);
}

import { parseArgs } from 'node:util';
import { feedChaos } from './chaos.ts';

/** Trades that are published for each fault, and at least and at most. */
const A_FAULT = 5_000;
const LEAST = 20_000;
const MOST = 1_000_000;

const HELP = `npm run test:chaos -- --faults N [--seed N] [--trades N] [--back-fill on|off]

The embedded exchange publishes trades of seven pairs and lets N faults of all kinds happen; a client in a process of
its own follows them, is ended by SIGKILL in between and started again where it was. What it was given is compared
with the exchange's ledger, trade by trade. Exit code 1 unless each trade was delivered once and in order.
  --faults N       faults, of 19 kinds and SIGKILL in turn
  --seed N         of the market and of the faults' order (default 1)
  --trades N       trades that are published (default 5,000 a fault, 20,000 to 1,000,000)
  --back-fill off  the client can not fetch what it missed: every missing trade must lie in a reported gap

Example: npm run test:chaos -- --faults 200 --seed 7`;

/** @returns exit code */
export async function main(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      faults: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      trades: { type: 'string' },
      'back-fill': { type: 'string', default: 'on' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const faults = whole('faults', values.faults);
  return feedChaos({
    faults,
    seed: whole('seed', values.seed),
    trades: values.trades
      ? whole('trades', values.trades)
      : Math.min(MOST, Math.max(LEAST, A_FAULT * faults)),
    backFill: values['back-fill'] !== 'off',
  });
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`--${name} is ${JSON.stringify(text)}; it has to be a whole number.`);
}

import { Command, InvalidArgumentError } from 'commander';
import { asPairs, asTime, wholeNumber } from '../arguments/index.ts';
import { stopOnSignals } from '../signals/index.ts';
import { startExchange } from './exchange.ts';
import type { FaultOptions } from './faults/faults.ts';
import { FAULT_KINDS, type FaultKind } from './faults/kinds.ts';
import type { ExchangeOptions } from './options.ts';

interface Flags {
  readonly port: number;
  readonly seed?: number;
  readonly speed?: number;
  readonly startTime?: number;
  readonly symbols?: readonly string[];
  readonly symbolCount?: number;
  readonly recording?: string[];
  readonly ledger?: string;
  readonly faults?: FaultOptions;
  readonly faultSeed?: number;
  readonly start?: NonNullable<ExchangeOptions['start']>;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  candlebook exchange --port 8080 --seed 7
  candlebook exchange --seed 7 --speed 20 --faults 30 --ledger ledger.csv
  candlebook exchange --recording btcusdt.gz ethusdt.gz --speed 10
  curl 'http://127.0.0.1:8080/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=3'`;

/** `candlebook exchange`: runs the embedded exchange until SIGINT or SIGTERM. */
export function exchangeCommand(): Command {
  return new Command('exchange')
    .description('Run a Binance-compatible exchange on this machine: simulated, or replayed from a recording')
    .option('--port <port>', 'TCP port on 127.0.0.1; 0 takes a free one', wholeNumber(0, 65_535), 8080)
    .option('--seed <number>', 'seed of the market model (default: 1)', wholeNumber(0))
    .option('--speed <factor>', 'market time per real time (default: 1)', asNumber)
    .option(
      '--start-time <time>',
      'where the market clock starts, such as 2026-11-24T09:00 (UTC; default: now)',
      asTime,
    )
    .option('--symbols <pairs...>', 'listed pairs (default: seven coins against USD and USDT)', asPairs)
    .option(
      '--symbol-count <number>',
      'list further invented pairs until there are so many',
      wholeNumber(0, 10_000),
    )
    .option('--recording <files...>', 'capture files to replay instead of the model')
    .option('--start <when>', 'now, or firstSubscriber (default with --recording)')
    .option('--ledger <file>', 'write every published trade to a CSV file')
    .option('--faults <rate[:kinds]>', 'faults a minute, and which: 30 or 12:break,double,limit429', asFaults)
    .option('--fault-seed <number>', 'seed of the faults (default: the seed)', wholeNumber(0))
    .option('--json', 'print the addresses as one line of JSON')
    .addHelpText(
      'after',
      `${EXAMPLES}\n\nKinds of faults: ${FAULT_KINDS.join(', ')}.\nExit codes: 0 stopped as asked, 1 failed, 2 wrong usage.`,
    )
    .action(run);
}

function asNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It has to be a number.');
  return value;
}

/** `30`, or `12:break,double`; the kinds are checked with all other options. */
function asFaults(text: string): FaultOptions {
  const [rate = '', kinds] = text.split(':');
  const perMinute = asNumber(rate);
  return kinds === undefined ? { perMinute } : { perMinute, kinds: kinds.split(',') as FaultKind[] };
}

async function run({ json, ledger, faults, faultSeed, ...options }: Flags): Promise<void> {
  const exchange = await startExchange({
    ...options,
    ...(ledger === undefined ? {} : { ledgerFile: ledger }),
    ...(faults ? { faults: { ...faults, ...(faultSeed === undefined ? {} : { seed: faultSeed }) } } : {}),
  });
  const { restUrl, wsUrl, source } = exchange;
  const stop = stopOnSignals();
  const line = json
    ? JSON.stringify({ restUrl, wsUrl, source, pid: process.pid })
    : `Exchange (${source}): REST ${restUrl}, streams ${wsUrl}. Ctrl-C ends it.`;
  process.stdout.write(`${line}\n`);
  await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
  await exchange.close();
  stop.off();
}

import { Command, InvalidArgumentError } from 'commander';
import { startExchange } from './exchange.ts';
import type { ExchangeOptions } from './options.ts';

interface Flags {
  readonly port: number;
  readonly seed?: number;
  readonly speed?: number;
  readonly symbols?: string[];
  readonly recording?: string[];
  readonly start?: NonNullable<ExchangeOptions['start']>;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  candlebook exchange --port 8080 --seed 7
  candlebook exchange --recording btcusdt.gz ethusdt.gz --speed 10
  curl 'http://127.0.0.1:8080/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=3'`;

/** `candlebook exchange`: runs the embedded exchange until SIGINT or SIGTERM. */
export function exchangeCommand(): Command {
  return new Command('exchange')
    .description('Run a Binance-compatible exchange on this machine: simulated, or replayed from a recording')
    .option('--port <port>', 'TCP port on 127.0.0.1; 0 takes a free one', asNumber, 8080)
    .option('--seed <number>', 'seed of the market model (default: 1)', asNumber)
    .option('--speed <factor>', 'market time per real time (default: 1)', asNumber)
    .option('--symbols <pairs...>', 'listed pairs (default: seven coins against USD and USDT)')
    .option('--recording <files...>', 'capture files to replay instead of the model')
    .option('--start <when>', 'now, or firstSubscriber (default with --recording)')
    .option('--json', 'print the addresses as one line of JSON')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

function asNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It has to be a number.');
  return value;
}

async function run({ json, ...options }: Flags): Promise<void> {
  const exchange = await startExchange(options);
  const { restUrl, wsUrl, source } = exchange;
  const line = json
    ? JSON.stringify({ restUrl, wsUrl, source, pid: process.pid })
    : `Exchange (${source}): REST ${restUrl}, streams ${wsUrl}. Ctrl-C ends it.`;
  process.stdout.write(`${line}\n`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await exchange.close();
}

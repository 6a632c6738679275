import { Command, InvalidArgumentError } from 'commander';
import { asDuration, asPairs } from '../../arguments/index.ts';
import { CandlebookError, isInterval } from '../../market/index.ts';
import { later, stopOnSignals } from '../../signals/index.ts';
import { type AddressFlags, addressesOf, hostOption, urlOption } from '../address-options.ts';
import { liveFeed } from '../live-feed.ts';
import { createRest } from '../rest/client.ts';
import type { StreamName } from '../stream/names.ts';
import { type RecordingFeed, recordFeed } from './record-feed.ts';

interface Flags extends AddressFlags {
  readonly symbols: readonly string[];
  readonly streams: string[];
  readonly out: string;
  readonly for?: number;
  readonly maxFileMb: number;
}

const STREAMS = /^(?:trade|aggTrade|ticker|miniTicker|bookTicker|depth|depth@100ms)$/;

const EXAMPLES = `
Examples:
  candlebook record --symbols BTCUSDT ETHUSDT --out market.gz --for 10m
  candlebook record --symbols BTCUSD --streams trade ticker --host binance.us --out btc.gz
  candlebook exchange --recording market.gz --speed 10

A recording is read back by recordedFeed({ files: [...] }) and replayed by candlebook exchange --recording. For order
books in a replay, record the streams trade, bookTicker and depth@100ms (the default).
Exit codes: 0 recorded, 1 failed, 2 wrong usage.`;

/** `candlebook record`: a live feed to compressed files until it is stopped. */
export function recordCommand(): Command {
  return new Command('record')
    .description('Record streams of the exchange to compressed files, until Ctrl-C or for a time')
    .requiredOption('--symbols <pairs...>', 'such as BTCUSDT ETHUSDT', asPairs)
    .option('--streams <names...>', 'what of them', ['trade', 'bookTicker', 'depth@100ms'])
    .requiredOption('--out <file>', 'file that ends with .gz; never written over', asGz)
    .addOption(hostOption())
    .addOption(urlOption())
    .option('--for <time>', 'end after so long: 30s, 10m, 2h', asDuration)
    .option('--max-file-mb <number>', 'begin a further file after so many megabytes', asNumber, 512)
    .addHelpText('after', EXAMPLES)
    .action(run);
}

function asGz(text: string): string {
  if (text.endsWith('.gz')) return text;
  throw new InvalidArgumentError('It has to end with .gz.');
}

function asNumber(text: string): number {
  const value = Number(text);
  if (value > 0 && value < Number.POSITIVE_INFINITY) return value;
  throw new InvalidArgumentError('It has to be a number above 0.');
}

function checkStreams(streams: readonly string[]): StreamName[] {
  const wrong = streams.find(
    (stream) => !STREAMS.test(stream) && !isInterval(/^kline_(.+)$/.exec(stream)?.[1]),
  );
  if (wrong === undefined) return streams as StreamName[];
  throw new CandlebookError('INPUT_INVALID', `There is no stream ${JSON.stringify(wrong)}.`, {
    value: wrong,
    hint: 'Use trade, aggTrade, ticker, miniTicker, bookTicker, depth@100ms, kline_1m and so on.',
  });
}

const SAY_EVERY_MS = 1_000;

async function run(flags: Flags): Promise<void> {
  const { symbols, out, maxFileMb } = flags;
  const streams = checkStreams(flags.streams);
  const address = addressesOf(flags);
  const rest = createRest(address);
  const stop = stopOnSignals();
  const callOff = flags.for === undefined ? undefined : later(flags.for, stop.ask);
  const { stderr } = process;
  let said = performance.now();
  const say = ({ written, source = rest.source }: RecordingFeed) =>
    `${written.toLocaleString('en-US')} events (${source})`;
  try {
    // The exchange says nothing to a stream of a pair that it does not have.
    await rest.exchangeInfo(symbols);
    const feed = liveFeed({ wsUrl: address.wsUrl, symbols, streams, rest, signal: stop.signal });
    const recording = recordFeed(feed, { file: out, rest, maxFileBytes: maxFileMb * 1024 * 1024 });
    for await (const event of recording) {
      if (event.type === 'disconnect' || event.type === 'gap' || event.type === 'error')
        stderr.write(`${stderr.isTTY ? '\r\x1b[K' : ''}${JSON.stringify(event)}\n`);
      if (!stderr.isTTY || performance.now() - said < SAY_EVERY_MS) continue;
      said = performance.now();
      stderr.write(`\r\x1b[K${say(recording)}`);
    }
    const where = recording.files.join(', ') || 'nothing came, and no file is kept';
    process.stdout.write(`${stderr.isTTY ? '\r\x1b[K' : ''}${say(recording)}: ${where}\n`);
  } finally {
    callOff?.();
    stop.off();
    await rest.close();
  }
}

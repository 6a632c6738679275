import { Command, InvalidArgumentError, Option } from 'commander';
import { CandlebookError, HOSTS, type HostPreset } from '../../market/index.ts';
import { stopOnSignals } from '../../signals/index.ts';
import { liveFeed } from '../live-feed.ts';
import { createRest } from '../rest/client.ts';
import type { StreamName } from '../stream/names.ts';
import { recordFeed } from './record-feed.ts';

interface Flags {
  readonly symbols: string[];
  readonly streams: string[];
  readonly out: string;
  readonly host: HostPreset;
  readonly url?: string;
  readonly for?: number;
  readonly maxFileMb: number;
}

const STREAMS = /^(trade|aggTrade|ticker|miniTicker|bookTicker|depth|depth@100ms|kline_\d{1,2}[smhdwM])$/;

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
    .requiredOption('--symbols <pairs...>', 'such as BTCUSDT ETHUSDT')
    .option('--streams <names...>', 'what of them', ['trade', 'bookTicker', 'depth@100ms'])
    .requiredOption('--out <file>', 'file that ends with .gz; never written over', asGz)
    .addOption(
      new Option('--host <host>', 'exchange')
        .choices(Object.keys(HOSTS))
        .default('data-only' satisfies HostPreset),
    )
    .option('--url <address>', 'REST address instead of --host, such as http://127.0.0.1:8080', asUrl)
    .option('--for <time>', 'end after so long: 30s, 10m, 2h', asDuration)
    .option('--max-file-mb <number>', 'begin a further file after so many megabytes', asNumber, 512)
    .addHelpText('after', EXAMPLES)
    .action(run);
}

function asGz(text: string): string {
  if (text.endsWith('.gz')) return text;
  throw new InvalidArgumentError('It has to end with .gz.');
}

function asUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError('It has to be an http or https address.');
}

function asDuration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text) ?? [];
  if (number && Number(number) > 0)
    return Number(number) * { s: 1_000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h'];
  throw new InvalidArgumentError('It has to be a time such as 30s, 10m or 2h.');
}

function asNumber(text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('It has to be a number above 0.');
}

function checkStreams(streams: readonly string[]): StreamName[] {
  const wrong = streams.find((stream) => !STREAMS.test(stream));
  if (wrong === undefined) return streams as StreamName[];
  throw new CandlebookError('INPUT_INVALID', `There is no stream ${JSON.stringify(wrong)}.`, {
    value: wrong,
    hint: 'Use trade, aggTrade, ticker, miniTicker, bookTicker, depth@100ms, kline_1m and so on.',
  });
}

const SAY_EVERY_MS = 1_000;

async function run(flags: Flags): Promise<void> {
  const { symbols, out, host, url, maxFileMb } = flags;
  const streams = checkStreams(flags.streams);
  const address = url === undefined ? HOSTS[host] : { restUrl: url, wsUrl: url.replace(/^http/, 'ws') };
  const rest = createRest(address);
  const stop = stopOnSignals();
  const feed = liveFeed({ wsUrl: address.wsUrl, symbols, streams, rest, signal: stop.signal });
  const recording = recordFeed(feed, { file: out, rest, maxFileBytes: maxFileMb * 1024 * 1024 });
  const timer = flags.for === undefined ? undefined : setTimeout(stop.ask, flags.for);
  const { stderr } = process;
  let said = performance.now();
  const say = () =>
    `${recording.written.toLocaleString('en-US')} events (${recording.source ?? 'connecting'})`;
  try {
    for await (const event of recording) {
      if (event.type === 'disconnect' || event.type === 'gap' || event.type === 'error')
        stderr.write(`${stderr.isTTY ? '\r\x1b[K' : ''}${JSON.stringify(event)}\n`);
      if (!stderr.isTTY || performance.now() - said < SAY_EVERY_MS) continue;
      said = performance.now();
      stderr.write(`\r\x1b[K${say()}`);
    }
    process.stdout.write(`${stderr.isTTY ? '\r\x1b[K' : ''}${say()}: ${recording.files.join(', ')}\n`);
  } finally {
    clearTimeout(timer);
    stop.off();
    await rest.close();
  }
}

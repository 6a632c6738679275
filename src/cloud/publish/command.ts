import { Command, Option } from 'commander';
import { asDuration, asPairs } from '../../arguments/index.ts';
import { loadSettings } from '../../configuration/index.ts';
import {
  type AddressFlags,
  addressesOf,
  createRest,
  hostOption,
  liveFeed,
  recordedFeed,
  urlOption,
} from '../../fetcher/index.ts';
import { CandlebookError, type DataSource, type Feed } from '../../market/index.ts';
import { isReference, openSecrets, REFERENCES_ALLOWED } from '../../secrets/index.ts';
import { later, stopOnSignals } from '../../signals/index.ts';
import { brokerOf } from '../kafka/broker.ts';
import { openPosition } from './open-position.ts';
import type { Position } from './position.ts';
import { DEFAULT_TOPIC, type PublishReport, publishTrades } from './publish.ts';
import type { Compression } from './publisher.ts';

interface Flags extends AddressFlags {
  readonly symbols?: readonly string[];
  readonly to: string;
  readonly topic?: string;
  readonly recording?: string[];
  readonly tables?: string;
  readonly compression: Compression;
  readonly patience: number;
  readonly for?: number;
  readonly close?: boolean;
  readonly json?: boolean;
}

const TO = 'env:EVENT_HUBS_CONNECTION_STRING';

const EXAMPLES = `
Examples:
  candlebook publish --symbols BTCUSDT ETHUSDT
  candlebook publish --symbols BTCUSDT --to crypto-data-hub.servicebus.windows.net
  candlebook publish --symbols BTCUSDT --to 127.0.0.1:9092 --for 10m
  candlebook publish --recording market.gz --to 127.0.0.1:9092 --close
  candlebook publish --recording market.gz --to keyvault:https://books.vault.azure.net/secrets/hub

A connection string is named, never written here: other users of a machine see command lines. The topic has to be there
(4 partitions); each trade is one JSON message, keyed by its symbol. Stopped or killed, the same command goes on after the
last trade that the broker acknowledged; what a kill repeats bears the same symbol and tradeId. Trades alone are published:
candles and statistics follow from them.
Needs @platformatic/kafka (npm install) and Node 22.22 or 24.6 and newer.
Exit codes: 0 ended as asked, 1 failed, 2 wrong usage.`;

/** `candlebook publish`: trades of the exchange or of a recording to Event Hubs or Kafka. */
export function publishCommand(): Command {
  return new Command('publish')
    .description(
      'Publish trades to Event Hubs or Kafka, until Ctrl-C, for a time, or to the end of a recording',
    )
    .option('--symbols <pairs...>', 'such as BTCUSDT ETHUSDT', asPairs)
    .option(
      '--to <broker>',
      `${REFERENCES_ALLOWED} of a connection string; NAMESPACE.servicebus.windows.net by Azure identity; HOST:PORT`,
      TO,
    )
    .option('--topic <name>', `event hub (default: the connection string's EntityPath, or ${DEFAULT_TOPIC})`)
    .addOption(hostOption())
    .addOption(urlOption())
    .option('--recording <files...>', 'publish what candlebook record wrote, instead of an exchange')
    .option(
      '--tables <location>',
      'folder or abfss:// address of the tables, beside which the position is kept (default: by the settings)',
    )
    .addOption(
      new Option('--compression <kind>', 'Event Hubs takes gzip in Premium and Dedicated, none below')
        .choices(['none', 'gzip', 'snappy', 'lz4', 'zstd'])
        .default('none'),
    )
    .addOption(
      new Option('--patience <time>', 'how long the broker may be away before that is an error')
        .argParser(asDuration)
        .default(120_000, '2m'),
    )
    .option('--for <time>', 'end after so long: 30s, 10m, 2h', asDuration)
    .option(
      '--close',
      'the market ends with the recording: tell pipelines so, and they close its last minutes',
    )
    .option('--json', 'the report as one line of JSON')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  if (flags.close && !flags.recording)
    throw new CandlebookError('INPUT_INVALID', '--close is for recordings: a live market goes on.', {
      hint: 'Leave it out, or add --recording FILE.',
    });
  if ((flags.symbols === undefined) === (flags.recording === undefined))
    throw new CandlebookError('INPUT_INVALID', 'Either symbols or recordings are published.', {
      hint: 'Write --symbols BTCUSDT ETHUSDT, or --recording FILE.',
    });
  const broker = brokerOf(await addressOf(flags.to));
  const topic = flags.topic ?? broker.hub ?? DEFAULT_TOPIC;
  // The last request waits for the broker: whoever does not want that asks again. What is in the position holds.
  const stop = stopOnSignals();
  const callOff = flags.for === undefined ? undefined : later(flags.for, stop.ask);
  const begun = await begin(flags, stop.signal, (source) =>
    openPosition(flags.tables ?? loadSettings().tables, source, broker, topic),
  );
  try {
    const { feed, position } = begun;
    const { compression, patience: patienceMs } = flags;
    const report = await publishTrades(feed, {
      broker,
      topic,
      position,
      compression,
      patienceMs,
      hasEnded: () => flags.close === true && !stop.signal.aborted,
      onProgress: progress(),
    });
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    process.stdout.write(`${flags.json ? JSON.stringify(report) : text(report, topic, broker.address)}\n`);
  } finally {
    callOff?.();
    stop.off();
    await begun.close();
  }
}

/** @throws CandlebookError INPUT_INVALID on a secret in the open, SECRET_UNAVAILABLE */
async function addressOf(to: string): Promise<string> {
  if (/SharedAccessKey/i.test(to))
    throw new CandlebookError('INPUT_INVALID', 'A connection string does not belong on a command line.', {
      hint: `Put it into the variable EVENT_HUBS_CONNECTION_STRING, or give ${REFERENCES_ALLOWED}.`,
    });
  if (!isReference(to)) return to;
  const secrets = openSecrets({ refreshSeconds: 0 });
  try {
    return await secrets.get(to);
  } finally {
    secrets.close();
  }
}

interface Begun {
  readonly feed: Feed;
  readonly position: Position;
  close(): Promise<void>;
}

async function begin(
  { symbols = [], recording, ...exchange }: Flags,
  signal: AbortSignal,
  open: (source: DataSource) => Promise<Position>,
): Promise<Begun> {
  if (recording) {
    const feed = recordedFeed({ files: recording, signal });
    return { feed, position: await open('recorded'), close: () => feed.close() };
  }
  const address = addressesOf(exchange);
  const rest = createRest(address);
  try {
    await rest.exchangeInfo(symbols);
    const position = await open(rest.source);
    const since = position.since(symbols);
    const feed = liveFeed({
      wsUrl: address.wsUrl,
      symbols,
      streams: ['trade'],
      rest,
      signal,
      ...(since ? { since } : {}),
    });
    return { feed, position, close: () => rest.close() };
  } catch (error) {
    await rest.close();
    throw error;
  }
}

const SAY_EVERY_MS = 1_000;

/** On a terminal a line that is drawn over; elsewhere the begin and the end of an outage. */
function progress(): (report: PublishReport) => void {
  let said = performance.now();
  let isAway = false;
  return ({ published, throttledMs, awayMs }) => {
    const { isTTY } = process.stderr;
    if (!isTTY && awayMs > 0 !== isAway)
      process.stderr.write(
        awayMs > 0 ? `The broker is away; ${published} trades are published.\n` : 'The broker is back.\n',
      );
    isAway = awayMs > 0;
    if (!isTTY || (!isAway && performance.now() - said < SAY_EVERY_MS)) return;
    said = performance.now();
    const throttled = throttledMs > 0 ? `, throttled for ${seconds(throttledMs)}` : '';
    const away = isAway ? `; the broker has been away for ${seconds(awayMs)}` : '';
    process.stderr.write(`\r\x1b[K${published.toLocaleString('en-US')} trades published${throttled}${away}`);
  };
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

function text(
  { published, leftOut, missing, throttledMs, outageMs }: PublishReport,
  topic: string,
  address: string,
): string {
  const parts = [`${published.toLocaleString('en-US')} trades published to ${topic} of ${address}`];
  if (leftOut > 0) parts.push(`${leftOut.toLocaleString('en-US')} were there already`);
  if (missing > 0) parts.push(`${missing.toLocaleString('en-US')} could not be had from the exchange`);
  if (throttledMs > 0) parts.push(`throttled for ${seconds(throttledMs)}`);
  if (outageMs > 0) parts.push(`the broker was away for ${seconds(outageMs)}`);
  return `${parts.join('; ')}.`;
}

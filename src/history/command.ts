import { Command, Option } from 'commander';
import { asTime, wholeNumber } from '../arguments/index.ts';
import { type AddressFlags, addressesOf, createRest, hostOption, urlOption } from '../fetcher/index.ts';
import { CandlebookError, INTERVALS, type Interval } from '../market/index.ts';
import { stopOnSignals } from '../signals/index.ts';
import type { DownloadReport } from './download.ts';
import { progressBar } from './show.ts';
import { downloadToFile } from './to-file.ts';
import { downloadToTable } from './to-table.ts';

interface Flags extends AddressFlags {
  readonly interval: Interval;
  readonly from: number;
  readonly to?: number;
  readonly out?: string;
  readonly table?: string;
  readonly parallel: number;
  readonly restart?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  candlebook download BTCUSDT --interval 1h --from 2024-01-01 --to 2025-01-01
  candlebook download ETHUSDT --from 2025-06-01 --out eth.parquet
  candlebook download BTCUSD --host binance.us --from 2025-06-01 --table ./lake

Stopped or killed, the same command goes on where it was. A file that is there is replaced once the new one is whole, rows of a
table by those of the same time. Bars that the exchange does not have are named, not invented.
Exit codes: 0 downloaded, 1 failed or stopped, 2 wrong usage.`;

/** `candlebook download`: candles of any span to a CSV or Parquet file, or to the table of candles. */
export function downloadCommand(): Command {
  return new Command('download')
    .description('Download candles of a symbol to a CSV or Parquet file, or to the table of candles')
    .argument('<symbol>', 'such as BTCUSDT', (text: string) => text.toUpperCase())
    .addOption(new Option('--interval <interval>', 'length of a bar').choices(INTERVALS).default('1m'))
    .requiredOption(
      '--from <time>',
      'begin, such as 2024-01-01 or 2024-01-01T12:00Z (UTC), or epoch ms',
      asTime,
    )
    .option('--to <time>', 'end, not included (default: now, without the forming bar)', asTime)
    .option('--out <file>', 'file that ends with .csv or .parquet (default: SYMBOL-INTERVAL.csv)')
    .addOption(
      new Option(
        '--table <location>',
        'folder or abfss:// address of the tables, instead of a file',
      ).conflicts('out'),
    )
    .addOption(hostOption())
    .addOption(urlOption())
    .option(
      '--parallel <number>',
      'requests at the same time, within the weight budget',
      wholeNumber(1, 50),
      6,
    )
    .option('--restart', 'begin anew where an earlier download was not finished')
    .option('--json', 'the report as one line of JSON')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(symbol: string, flags: Flags): Promise<void> {
  const { interval, from, to, parallel, restart = false, table, json } = flags;
  const out = flags.out ?? `${symbol}-${interval}.csv`;
  const rest = createRest(addressesOf(flags));
  const stop = stopOnSignals();
  stop.signal.addEventListener('abort', () => void rest.close());
  try {
    const options = {
      rest,
      symbol,
      interval,
      from,
      ...(to === undefined ? {} : { to }),
      parallel,
      restart,
      signal: stop.signal,
      onProgress: progressBar(`${symbol} ${interval}`),
      onTrouble: trouble(),
    };
    const report = table
      ? await downloadToTable({ ...options, location: table })
      : await downloadToFile({ ...options, file: out });
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : summary(report, table ?? out));
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    throw new CandlebookError('STOPPED', 'The download was stopped.', {
      hint: 'The same command goes on where it was.',
      cause: error,
    });
  } finally {
    stop.off();
    await rest.close();
  }
}

/** Says what is waited for, once until it is something else. */
function trouble(): (error: CandlebookError) => void {
  let told = '';
  return ({ code, message }) => {
    if (code === told) return;
    told = code;
    const { stderr } = process;
    stderr.write(`${stderr.isTTY ? '\r\x1b[K' : ''}${code}: ${message} It is tried again for 5 minutes.\n`);
  };
}

const SHOWN = 10;

function summary(
  { symbol, interval, source, from, to, rows, outages }: DownloadReport,
  where: string,
): string {
  const at = (time: number) => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const mark = source === 'live' ? '' : ` (${source})`;
  const absent = outages.reduce((sum, { bars }) => sum + bars, 0);
  if (rows === 0)
    return `The exchange has no candles of ${symbol} ${interval}${mark} in that span: ${where} got none.\n`;
  const lines = [
    `${rows.toLocaleString('en-US')} candles of ${symbol} ${interval}${mark}, ${at(from)} to ${at(to)}: ${where}`,
    outages.length === 0
      ? 'No bar is absent.'
      : `${absent.toLocaleString('en-US')} bars that the exchange does not have, in ${outages.length} outages:`,
    ...outages
      .slice(0, SHOWN)
      .map((outage) => `  ${at(outage.from)} to ${at(outage.to)}: ${outage.bars} bars`),
    ...(outages.length > SHOWN ? [`  and ${outages.length - SHOWN} more; --json lists all`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

import { Command } from 'commander';
import { wholeNumber } from '../../arguments/index.ts';
import type { HistoryEntry } from '../delta/index.ts';
import { openTarget, type TargetFlags, withTarget } from './target.ts';
import { aligned, json, moment, print } from './text.ts';

export function historyCommand(): Command {
  return withTarget(
    new Command('history')
      .description('The commits of a table, newest first')
      .option('--limit <number>', 'how many at most', wholeNumber(0), 20)
      .option('--json', 'a line of JSON each'),
  )
    .addHelpText('after', '\nExample:\n  candlebook table history processed/tickers --limit 5')
    .action(run);
}

async function run(name: string, flags: TargetFlags & { limit: number; json?: boolean }): Promise<void> {
  const { table } = await openTarget(name, flags);
  const entries: HistoryEntry[] = [];
  if (flags.limit > 0) {
    for await (const entry of table.history()) if (entries.push(entry) >= flags.limit) break;
  }
  if (flags.json) for (const entry of entries) print(json(entry));
  else {
    const rows = entries.map(({ version, timestamp, operation, operationMetrics, engineInfo }) => [
      String(version),
      timestamp === undefined ? '' : moment(timestamp),
      operation ?? '',
      Object.entries(operationMetrics)
        .map(([key, value]) => `${key} ${value}`)
        .join(', '),
      engineInfo ?? '',
    ]);
    print(aligned(['version', 'time (UTC)', 'operation', 'what it did', 'by'], rows, [true]));
  }
}

import { Command, Option } from 'commander';
import { type CsvValue, csvLine } from '../../tabular/index.ts';
import { SqlDatabase, type SqlResult, type SqlValue } from '../sql/index.ts';
import { INSIGHT_VIEWS } from '../sql/insight-views.ts';
import { asTime, type TargetFlags, whereTablesLie, withLocation } from './target.ts';
import { aligned, json, moment, print } from './text.ts';

const HELP = `
Tables: raw.trades (or trades), raw.tickers, processed.tickers (or tickers), processed.candles (or candles).
Views:
${INSIGHT_VIEWS.map(({ name, answers }) => `  ${name.padEnd(16)} ${answers}`).join('\n')}

Examples:
  candlebook table sql 'select * from top_performers'
  candlebook table sql "select date, count(*) from trades group by date" --as-of 2026-11-24T12:00Z
  candlebook table sql 'select * from hourly_summary' --format csv > hours.csv`;

type Format = 'table' | 'csv' | 'json';

interface Flags extends TargetFlags {
  readonly asOf?: number;
  readonly format: Format;
}

export function sqlCommand(): Command {
  return withLocation(
    new Command('sql')
      .description('Ask the project tables in SQL (DuckDB), as they are or as they were')
      .argument('<query>', 'one SELECT')
      .option('--as-of <time>', 'the tables as they were, such as 2026-11-24T09:30Z', asTime)
      .addOption(
        new Option('--format <format>', 'how the answer is written')
          .choices(['table', 'csv', 'json'])
          .default('table'),
      ),
  )
    .addHelpText('after', HELP)
    .action(run);
}

async function run(query: string, { asOf, format, ...flags }: Flags): Promise<void> {
  const where = await whereTablesLie(flags);
  const db = await SqlDatabase.open({ ...where, ...(asOf === undefined ? {} : { timestamp: asOf }) });
  try {
    if (format === 'table') print(table(await db.sql(query)));
    else {
      let first = true;
      for await (const batch of db.stream(query)) {
        if (format === 'csv' && first) process.stdout.write(csvLine(batch.names));
        first = false;
        for (const row of batch.rows())
          process.stdout.write(
            format === 'json' ? `${json(row)}\n` : csvLine(Object.values(row).map(csvValue)),
          );
      }
    }
  } finally {
    await db.close();
  }
}

function table(result: SqlResult): string {
  const { names, types } = result;
  const rows = result.rows().map((row) => names.map((name, at) => shown(row[name]!, types[at]!)));
  const right = types.map((type) => /INT|DOUBLE|FLOAT|DECIMAL/.test(type));
  return `${aligned(names, rows, right)}\n(${rows.length} row${rows.length === 1 ? '' : 's'})`;
}

function shown(value: SqlValue, type: string): string {
  if (value === null) return '';
  if (typeof value === 'number' && type.startsWith('TIMESTAMP')) return moment(value);
  return typeof value === 'object' ? json(value) : String(value);
}

/** Times stay epoch ms, as everywhere that programs read. */
function csvValue(value: SqlValue): CsvValue {
  return typeof value === 'object' && value !== null ? json(value) : value;
}

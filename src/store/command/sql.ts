import { Command } from 'commander';
import { asTime } from '../../arguments/index.ts';
import { SqlDatabase, type SqlResult } from '../sql/index.ts';
import { INSIGHT_VIEWS } from '../sql/insight-views.ts';
import { type AnswerFormat, formatOption, printAnswer } from './answer.ts';
import { type TargetFlags, whereTablesLie, withLocation } from './target.ts';

const HELP = `
Tables: raw.trades (or trades), raw.tickers, processed.tickers (or tickers), processed.candles (or candles).
Views:
${INSIGHT_VIEWS.map(({ name, answers }) => `  ${name.padEnd(16)} ${answers}`).join('\n')}

Examples:
  candlebook table sql 'select * from top_performers'
  candlebook table sql "select date, count(*) from trades group by date" --as-of 2026-11-24T12:00Z
  candlebook table sql 'select * from hourly_summary' --format csv > hours.csv`;

interface Flags extends TargetFlags {
  readonly asOf?: number;
  readonly format: AnswerFormat;
}

export function sqlCommand(): Command {
  return withLocation(
    new Command('sql')
      .description('Ask the project tables in SQL (DuckDB), as they are or as they were')
      .argument('<query>', 'one SELECT')
      .option('--as-of <time>', 'the tables as they were, such as 2026-11-24T09:30Z', asTime)
      .addOption(formatOption()),
  )
    .addHelpText('after', HELP)
    .action(run);
}

async function run(query: string, { asOf, format, ...flags }: Flags): Promise<void> {
  const where = await whereTablesLie(flags);
  const db = await SqlDatabase.open({ ...where, ...(asOf === undefined ? {} : { timestamp: asOf }) });
  try {
    await printAnswer(format, format === 'table' ? once(db.sql(query)) : db.stream(query));
  } finally {
    await db.close();
  }
}

/** A whole answer, which is refused where it is longer than anybody reads. */
async function* once(answer: Promise<SqlResult>): AsyncGenerator<SqlResult> {
  yield await answer;
}

import { Command } from 'commander';
import { asDuration } from '../../arguments/index.ts';
import { type AnswerFormat, formatOption, printAnswer } from '../../store/command/answer.ts';
import { asParameter } from './parameter.ts';
import { ACCESS_HELP, inWorkspace, type WorkspaceFlags, withWorkspace } from './workspace.ts';

const HELP = `
Names without a schema are the pipeline's: gold_candles_1m, gold_top_performers, …
${ACCESS_HELP}

Ctrl-C cancels the statement in Databricks too.

Examples:
  candlebook cloud sql 'select * from gold_top_performers'
  candlebook cloud sql 'select * from gold_candles_1m where symbol = :symbol' --param symbol=BTCUSDT --format csv
  candlebook cloud sql 'show tables' --json --timeout 2m`;

interface Flags extends WorkspaceFlags {
  readonly param?: Readonly<Record<string, string>>;
  readonly catalog?: string;
  readonly schema?: string;
  readonly timeout?: number;
  readonly format: AnswerFormat;
  readonly json?: boolean;
}

/** `candlebook cloud sql`: one statement on a SQL warehouse. */
export function sqlCommand(): Command {
  return withWorkspace(
    new Command('sql')
      .description('Ask the tables in Databricks in SQL')
      .argument('<statement>', 'one statement; :name is a parameter')
      .option(
        '--param <name=value>',
        'value of :name, a text that SQL casts; may be repeated',
        asParameter,
        {},
      )
      .option('--warehouse <id>', 'SQL warehouse (default: by the settings)')
      .option('--catalog <name>', 'catalog of names without one (default: candlebook)')
      .option('--schema <name>', 'schema of names without one (default: market)')
      .option('--timeout <time>', 'cancel it after so long: 30s, 10m, 2h (default: 10m)', asDuration)
      .addOption(formatOption())
      .option('--json', 'short for --format json: a line a row'),
  )
    .addHelpText('after', HELP)
    .action(run);
}

function run(
  text: string,
  { param, catalog, schema, timeout, format, json, ...where }: Flags,
): Promise<void> {
  return inWorkspace(where, (databricks, signal) =>
    printAnswer(
      json ? 'json' : format,
      databricks.stream(text, {
        signal,
        ...(param === undefined ? {} : { parameters: param }),
        ...(catalog === undefined ? {} : { catalog }),
        ...(schema === undefined ? {} : { schema }),
        ...(timeout === undefined ? {} : { timeoutMs: timeout }),
      }),
    ),
  );
}

import { Command } from 'commander';
import { exportCommand } from './export.ts';
import { historyCommand } from './history.ts';
import { infoCommand } from './info.ts';
import { schemaCommand } from './schema.ts';
import { sqlCommand } from './sql.ts';
import { optimizeCommand, restoreCommand, vacuumCommand } from './upkeep.ts';

const EXIT_CODES = 'Exit codes: 0 done, 1 failed, 2 wrong usage.';

const EXAMPLES = `
Examples:
  candlebook table info processed/tickers
  candlebook table sql 'select * from top_performers'
  candlebook table export processed/candles --to candles.parquet

Tables on ADLS need AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_SAS_TOKEN, or somebody who is signed in.
${EXIT_CODES}`;

/** `candlebook table …`: what lies in the tables, and their upkeep. */
export function tableCommand(): Command {
  const command = new Command('table')
    .description('Look into the tables, ask them in SQL, and keep them tidy')
    .addHelpText('after', EXAMPLES);
  const verbs = [
    infoCommand(),
    historyCommand(),
    schemaCommand(),
    sqlCommand(),
    exportCommand(),
    optimizeCommand(),
    vacuumCommand(),
    restoreCommand(),
  ];
  for (const verb of verbs) command.addCommand(verb.addHelpText('after', `\n${EXIT_CODES}`).exitOverride());
  return command;
}

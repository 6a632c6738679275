import { Command } from 'commander';
import { filesCommand } from './files.ts';
import { jobCommand } from './job.ts';
import { pipelineCommand } from './pipeline.ts';
import { sqlCommand } from './sql.ts';

const EXIT_CODES = 'Exit codes: 0 done, 1 failed, 2 wrong usage.';

const EXAMPLES = `
Examples:
  candlebook cloud files --to deploy
  candlebook cloud sql 'select * from gold_top_performers'
  candlebook cloud pipeline start candlebook-market

${EXIT_CODES}`;

/** `candlebook cloud …`: what goes to other engines, and what they are asked. */
export function cloudCommand(): Command {
  const command = new Command('cloud')
    .description('Take the work to Spark, Databricks, Azure and Power BI, and ask what became of it')
    .addHelpText('after', EXAMPLES);
  const verbs = [filesCommand(), sqlCommand(), pipelineCommand(EXIT_CODES), jobCommand(EXIT_CODES)];
  for (const verb of verbs) command.addCommand(verb.addHelpText('after', `\n${EXIT_CODES}`).exitOverride());
  return command;
}

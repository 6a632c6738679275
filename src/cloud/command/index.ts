import { Command } from 'commander';
import { filesCommand } from './files.ts';

const EXIT_CODES = 'Exit codes: 0 done, 1 failed, 2 wrong usage.';

const EXAMPLES = `
Examples:
  candlebook cloud files --to deploy

${EXIT_CODES}`;

/** `candlebook cloud …`: what goes to other engines, and what they are asked. */
export function cloudCommand(): Command {
  const command = new Command('cloud')
    .description('Take the work to Spark, Databricks, Azure and Power BI')
    .addHelpText('after', EXAMPLES);
  for (const verb of [filesCommand()])
    command.addCommand(verb.addHelpText('after', `\n${EXIT_CODES}`).exitOverride());
  return command;
}

import { Argument, Command } from 'commander';
import { type CloudFiles, offeredCloudFiles, writeCloudFiles } from '../files.ts';

/** `candlebook cloud files`: what other engines need, out of the package and into a folder of the user's. */
export function filesCommand(): Command {
  const offered = offeredCloudFiles();
  const list = offered.map(({ name, about }) => `  ${name.padEnd(9)} ${about}`).join('\n');
  return new Command('files')
    .description('Write the files for other engines (Spark, Databricks, Azure, Power BI) to a folder')
    .addArgument(new Argument('[names...]', 'which (default: all)').choices(offered.map(({ name }) => name)))
    .requiredOption('--to <folder>', 'where to; each set gets a folder of its name')
    .option('--force', 'write over files that are there and differ')
    .option('--json', 'the paths written as one line of JSON')
    .addHelpText(
      'after',
      `
There are:
${list}

Examples:
  candlebook cloud files --to deploy
  candlebook cloud files pipeline bundle --to deploy --force`,
    )
    .action(run);
}

function run(
  names: CloudFiles[],
  { to, force, json }: { to: string; force?: boolean; json?: boolean },
): void {
  const written = writeCloudFiles({ to, names, ...(force ? { force } : {}) });
  if (json) process.stdout.write(`${JSON.stringify({ written })}\n`);
  else process.stdout.write(written.length > 0 ? `${written.join('\n')}\n` : 'All are there already.\n');
}

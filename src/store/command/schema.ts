import { Argument, Command, Option } from 'commander';
import { TABLE_SCHEMAS } from '../schema.ts';
import { schemaPage, sparkTable } from '../schema-text.ts';
import { json, print } from './text.ts';

export function schemaCommand(): Command {
  return new Command('schema')
    .description('The columns of the project tables: for people, for Spark, for programs')
    .addArgument(
      new Argument('[table]', 'one of them (default: all)').choices(TABLE_SCHEMAS.map(({ path }) => path)),
    )
    .addOption(
      new Option('--format <format>', 'how they are written')
        .choices(['markdown', 'spark', 'json'])
        .default('markdown'),
    )
    .addHelpText('after', '\nExample:\n  candlebook table schema raw/trades --format spark')
    .action(run);
}

function run(path: string | undefined, { format }: { format: 'markdown' | 'spark' | 'json' }): void {
  const schemas = TABLE_SCHEMAS.filter((schema) => path === undefined || schema.path === path);
  if (format === 'markdown') print(schemaPage(schemas));
  else if (format === 'spark') print(schemas.map((schema) => `${sparkTable(schema)};`).join('\n\n'));
  else for (const schema of schemas) print(json(schema));
}

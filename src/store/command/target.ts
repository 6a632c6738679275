import { type Command, Option } from 'commander';
import { loadSettings } from '../../configuration/index.ts';
import { CandlebookError, DATA_SOURCES, type DataSource } from '../../market/index.ts';
import { DeltaTable } from '../delta/index.ts';
import { below, openFiles } from '../files/index.ts';
import { TABLE_SCHEMAS, type TableSchema } from '../schema.ts';

export interface TargetFlags {
  readonly tables?: string;
  readonly source?: DataSource;
}

/** What the argument of a command means. */
export interface Target {
  readonly table: DeltaTable;
  /** Its definition, where it is one of ours. */
  readonly schema: TableSchema | undefined;
}

const PATHS = TABLE_SCHEMAS.map(({ path }) => path);

/** What may stand for a table. */
export const TABLE_ARGUMENT = `${PATHS.join(', ')}; or the folder or abfss:// address of any Delta table`;

/** Gives a command the argument that names a table, and where tables lie. */
export function withTarget(command: Command): Command {
  return withLocation(command.argument('<table>', TABLE_ARGUMENT));
}

export function withLocation(command: Command): Command {
  return command
    .option(
      '--tables <location>',
      'folder or abfss:// address of the project tables (default: by the settings)',
    )
    .addOption(
      new Option('--source <source>', 'whose rows (default: live, else the only one there is)').choices(
        DATA_SOURCES,
      ),
    );
}

/** @throws CandlebookError TABLE_INVALID when there is none */
export async function openTarget(name: string, flags: TargetFlags): Promise<Target> {
  const schema = TABLE_SCHEMAS.find(({ path }) => path === name);
  if (!schema) return { table: await DeltaTable.open(await openFiles(name)), schema };
  const { location, source } = await whereTablesLie(flags, [schema]);
  return { table: await DeltaTable.open(await openFiles(below(location, source, schema.path))), schema };
}

/** The location of the project tables, and the source whose tables are meant. */
export async function whereTablesLie(
  { tables, source }: TargetFlags,
  schemas: readonly TableSchema[] = TABLE_SCHEMAS,
): Promise<{ location: string; source: DataSource }> {
  const location = tables ?? loadSettings().tables;
  if (source) return { location, source };
  const there: DataSource[] = [];
  for (const one of DATA_SOURCES) if (await hasTable(location, one, schemas)) there.push(one);
  if (there.includes('live') || there.length === 1) return { location, source: there[0]! };
  throw new CandlebookError(
    'TABLE_INVALID',
    there.length === 0
      ? `There is no table ${schemas.map(({ path }) => path).join(' or ')} at ${location}.`
      : `There are tables of ${there.join(' and ')} data at ${location}.`,
    {
      value: location,
      hint: there.length === 0 ? 'Name another location with --tables.' : 'Say which with --source.',
    },
  );
}

async function hasTable(
  location: string,
  source: DataSource,
  schemas: readonly TableSchema[],
): Promise<boolean> {
  for (const { path } of schemas) {
    const files = await openFiles(below(location, source, path));
    for await (const _ of files.list('_delta_log')) return true;
  }
  return false;
}

import { CandlebookError } from '../../market/index.ts';
import type { Metadata } from './actions.ts';
import { type Committed, commit } from './commit.ts';
import type { Log } from './log.ts';
import { readSchema, writeSchema } from './schema.ts';
import type { Field } from './types.ts';

/**
 * Adds columns at the end of the schema; the rows that are there have null in them.
 *
 * @throws CandlebookError INPUT_INVALID for a column that is there, or that may not be null
 */
export async function addColumns(log: Log, added: readonly Field[]): Promise<Committed> {
  return alter(log, 'ADD COLUMNS', { columns: JSON.stringify(added) }, (metadata) => {
    const fields = [...readSchema(metadata.schemaString)];
    for (const field of added) {
      const twin = fields.find(({ name }) => name.toLowerCase() === field.name.toLowerCase());
      if (twin) throw invalid(`The table has a column ${twin.name} already.`, field.name);
      if (!field.nullable)
        throw invalid(
          `Column ${field.name} may not be null, and the rows that are there have none.`,
          field.name,
        );
      if (field.type === 'timestamp_ntz')
        throw invalid(
          `Column ${field.name} is of type timestamp_ntz, which needs another protocol.`,
          field.name,
        );
      fields.push(field);
    }
    const schemaString = writeSchema(fields);
    readSchema(schemaString);
    return { ...metadata, schemaString };
  });
}

/** Sets table properties; `null` takes one away. */
export async function setProperties(
  log: Log,
  properties: Readonly<Record<string, string | null>>,
): Promise<Committed> {
  const strange = Object.keys(properties).find((name) => NEEDS_PROTOCOL.test(name));
  if (strange) throw invalid(`Table property ${strange} may not be set by hand.`, strange);
  return alter(log, 'SET TBLPROPERTIES', { properties: JSON.stringify(properties) }, (metadata) => {
    const entries = Object.entries({ ...metadata.configuration, ...properties });
    const configuration = Object.fromEntries(
      entries.filter((entry): entry is [string, string] => entry[1] !== null),
    );
    return { ...metadata, configuration };
  });
}

const NEEDS_PROTOCOL =
  /^delta\.(constraints\.|columnMapping\.|enable|min(Reader|Writer)Version|feature\.)(?!ExpiredLogCleanup)/;

async function alter(
  log: Log,
  operation: string,
  parameters: Readonly<Record<string, unknown>>,
  changed: (metadata: Metadata) => Metadata,
): Promise<Committed> {
  const read = await log.refresh();
  const outcome = await commit(log, {
    read,
    actions: [{ metaData: changed(read.metadata) }],
    reads: { paths: new Set(), matters: () => false },
    operation,
    parameters,
  });
  if (!('conflict' in outcome)) return outcome;
  throw new CandlebookError(
    'TABLE_CONFLICT',
    `The table at ${log.files.location} was changed by version ${outcome.version} (${outcome.conflict}) meanwhile.`,
    {
      value: outcome,
      hint: 'Look at what changed, then do it again.',
    },
  );
}

function invalid(message: string, value: unknown): CandlebookError {
  return new CandlebookError('INPUT_INVALID', message, { value, hint: 'Nothing was changed.' });
}

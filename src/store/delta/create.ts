import { randomUUID } from 'node:crypto';
import { CandlebookError } from '../../market/index.ts';
import type { Files } from '../files/index.ts';
import type { Metadata } from './actions.ts';
import { commitPath, writeCommit } from './commit-file.ts';
import { ENGINE } from './engine.ts';
import { Log } from './log.ts';
import { OWN_PROTOCOL } from './protocol.ts';
import { readSchema, writeSchema } from './schema.ts';
import type { Field } from './types.ts';

export interface TableDefinition {
  readonly name?: string;
  readonly description?: string;
  readonly fields: readonly Field[];
  readonly partitionColumns?: readonly string[];
  /** Table properties, such as `delta.appendOnly`. */
  readonly configuration?: Readonly<Record<string, string>>;
}

/** Opens the table, or makes it where there is none; two processes that make it at once end with the same one. */
export async function openOrCreate(files: Files, definition: TableDefinition): Promise<Log> {
  const found = await Log.open(files);
  if (found) return found;
  const metaData = metadataOf(definition);
  const protocol = definition.fields.some(({ type }) => type === 'timestamp_ntz')
    ? {
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: ['timestampNtz'],
        writerFeatures: ['timestampNtz'],
      }
    : OWN_PROTOCOL;
  const commitInfo = {
    timestamp: Date.now(),
    operation: 'CREATE TABLE',
    operationParameters: {
      partitionBy: JSON.stringify(metaData.partitionColumns),
      description: definition.description ?? null,
    },
    isBlindAppend: true,
    engineInfo: ENGINE,
    txnId: randomUUID(),
  };
  await files.putIfAbsent(commitPath(0), writeCommit([{ commitInfo }, { protocol }, { metaData }]));
  return (await Log.open(files))!;
}

function metadataOf({
  fields,
  partitionColumns = [],
  configuration = {},
  ...named
}: TableDefinition): Metadata {
  const schemaString = writeSchema(fields);
  readSchema(schemaString);
  const names = fields.map(({ name }) => name);
  const folded = names.map((name) => name.toLowerCase());
  const twice = names.find((_, at) => folded.indexOf(folded[at]!) !== at);
  if (twice !== undefined) throw invalid(`Column ${twice} is there twice, but for its case.`, twice);
  const strange = partitionColumns.find((name) => !names.includes(name));
  if (strange !== undefined) throw invalid(`Partition column ${strange} is not in the schema.`, strange);
  if (partitionColumns.length === names.length) throw invalid('Every column is a partition column.', names);
  return {
    id: randomUUID(),
    ...named,
    format: { provider: 'parquet', options: {} },
    schemaString,
    partitionColumns,
    configuration,
    createdTime: Date.now(),
  };
}

function invalid(message: string, value: unknown): CandlebookError {
  return new CandlebookError('INPUT_INVALID', message, {
    value,
    hint: 'Correct the definition of the table.',
  });
}

import type { SchemaElement } from 'hyparquet';

/**
 * Parquet schema of a checkpoint: the actions of the protocol as structs, one of which is there in each row.
 * Tags are seldom there, and every column costs each reader its time, so they have one only when they are.
 */
export function checkpointSchema(withTags: boolean): SchemaElement[] {
  const columns = [
    struct('txn', [string('appId'), long('version'), long('lastUpdated')]),
    struct('add', [
      string('path'),
      map('partitionValues'),
      long('size'),
      long('modificationTime'),
      boolean('dataChange'),
      string('stats'),
      ...(withTags ? [map('tags')] : []),
    ]),
    struct('remove', [
      string('path'),
      long('deletionTimestamp'),
      boolean('dataChange'),
      boolean('extendedFileMetadata'),
      map('partitionValues'),
      long('size'),
    ]),
    struct('metaData', [
      string('id'),
      string('name'),
      string('description'),
      struct('format', [string('provider'), map('options')]),
      string('schemaString'),
      list('partitionColumns'),
      map('configuration'),
      long('createdTime'),
    ]),
    struct('protocol', [
      integer('minReaderVersion'),
      integer('minWriterVersion'),
      list('readerFeatures'),
      list('writerFeatures'),
    ]),
    struct('domainMetadata', [string('domain'), string('configuration'), boolean('removed')]),
  ];
  return [{ name: 'root', num_children: columns.length }, ...columns.flat()];
}

function leaf(name: string, type: Partial<SchemaElement>): SchemaElement[] {
  return [{ repetition_type: 'OPTIONAL', ...type, name }];
}

const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const;
const string = (name: string) => leaf(name, TEXT);
const long = (name: string) => leaf(name, { type: 'INT64' });
const integer = (name: string) => leaf(name, { type: 'INT32' });
const boolean = (name: string) => leaf(name, { type: 'BOOLEAN' });

function struct(name: string, children: SchemaElement[][]): SchemaElement[] {
  return [{ name, repetition_type: 'OPTIONAL', num_children: children.length }, ...children.flat()];
}

function map(name: string): SchemaElement[] {
  return [
    {
      name,
      repetition_type: 'OPTIONAL',
      num_children: 1,
      converted_type: 'MAP',
      logical_type: { type: 'MAP' },
    },
    { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
    ...leaf('key', { ...TEXT, repetition_type: 'REQUIRED' }),
    ...string('value'),
  ];
}

function list(name: string): SchemaElement[] {
  return [
    {
      name,
      repetition_type: 'OPTIONAL',
      num_children: 1,
      converted_type: 'LIST',
      logical_type: { type: 'LIST' },
    },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    ...string('element'),
  ];
}

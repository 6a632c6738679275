import { expect, test } from 'vitest';
import type { Action, Add } from '../../../src/store/delta/actions.ts';
import { BLIND, findConflict, type Reads } from '../../../src/store/delta/conflict.ts';

const add = (path: string, dataChange = true): Action => ({
  add: { path, partitionValues: {}, size: 1, modificationTime: 1, dataChange } satisfies Add,
});
const remove = (path: string): Action => ({ remove: { path, dataChange: true } });
const txn = (appId: string, version = 1): Action => ({ txn: { appId, version } });
const protocol: Action = { protocol: { minReaderVersion: 1, minWriterVersion: 2 } };
const metaData: Action = {
  metaData: {
    id: '1',
    format: { provider: 'parquet', options: {} },
    schemaString: '{}',
    partitionColumns: [],
    configuration: {},
  },
};
/** Read the file r; a new file whose name begins with m would have mattered. */
const READ: Reads = { paths: new Set(['r']), matters: ({ path }) => path.startsWith('m') };

test.each<[string, Action[], Reads, Action[], string | undefined]>([
  ['two blind appends', [add('a')], BLIND, [add('b')], undefined],
  ['a blind append after a delete', [add('a')], BLIND, [remove('b')], undefined],
  ['a delete after an append that does not matter', [remove('r')], READ, [add('x')], undefined],
  ['a delete after an append that matters', [remove('r')], READ, [add('m')], 'ConcurrentAppend'],
  [
    'a delete after compaction brought a file that matters',
    [remove('x')],
    READ,
    [add('m', false)],
    undefined,
  ],
  ['what was read is gone', [add('a')], READ, [remove('r')], 'ConcurrentDeleteRead'],
  ['what is to be removed is gone', [remove('d')], READ, [remove('d')], 'ConcurrentDeleteDelete'],
  ['another schema', [add('a')], BLIND, [metaData], 'MetadataChanged'],
  ['another protocol', [add('a')], BLIND, [protocol], 'ProtocolChanged'],
  ['the same application', [txn('one'), add('a')], BLIND, [txn('one')], 'ConcurrentTransaction'],
  ['another application', [txn('one'), add('a')], BLIND, [txn('two'), add('b')], undefined],
])('%s', (_, mine, reads, theirs, expected) => {
  const found = findConflict(mine, reads, { version: 7, actions: theirs });
  expect(found).toEqual(expected && { conflict: expected, version: 7 });
});

export type { Add, CommitInfo, Metadata, Protocol, Txn } from './actions.ts';
export { type AppendOptions, append } from './append.ts';
export type { Committed } from './commit.ts';
export { openOrCreate, type TableDefinition } from './create.ts';
export { Log, loadSnapshot } from './log.ts';
export { type ScanOptions, scan } from './scan.ts';
export { field } from './schema.ts';
export type { Snapshot } from './snapshot.ts';
export type { Batch, Column, DataType, Field, Value } from './types.ts';

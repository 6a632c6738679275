import { CandlebookError } from '../../market/index.ts';
import type { Metadata, Protocol } from './actions.ts';
import { constraintsOf } from './constraints.ts';
import { isMapped, readSchema } from './schema.ts';
import type { DataType, Field } from './types.ts';

/** What tables made here state: enough for every feature that is used, readable by every Delta reader. */
export const OWN_PROTOCOL: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };

const READER_FEATURES = new Set([
  'columnMapping',
  'deletionVectors',
  'timestampNtz',
  'typeWidening',
  'typeWidening-preview',
  'v2Checkpoint',
  'vacuumProtocolCheck',
]);
const WRITER_FEATURES = new Set([
  'appendOnly',
  'checkConstraints',
  'domainMetadata',
  'inCommitTimestamp',
  'invariants',
  'timestampNtz',
  'typeWidening',
  'typeWidening-preview',
  'v2Checkpoint',
  'vacuumProtocolCheck',
]);

type Used = (metadata: Metadata) => boolean;

const enabled =
  (property: string): Used =>
  ({ configuration }) =>
    configuration[property] === 'true';
const inColumn =
  (wanted: (key: string) => boolean): Used =>
  ({ schemaString }) =>
    keysOfColumns(readSchema(schemaString)).some(wanted);

/** Features that ask nothing of a writer as long as the table makes no use of them. */
const ASKING_WHEN_USED: Readonly<Record<string, Used>> = {
  allowColumnDefaults: inColumn((key) => key === 'CURRENT_DEFAULT'),
  changeDataFeed: enabled('delta.enableChangeDataFeed'),
  columnMapping: isMapped,
  generatedColumns: inColumn((key) => key === 'delta.generationExpression'),
  identityColumns: inColumn((key) => key.startsWith('delta.identity.')),
};

/** Those that come along with a writer version, before 7 named each. */
const LEGACY: readonly [version: number, feature: string][] = [
  [4, 'changeDataFeed'],
  [4, 'generatedColumns'],
  [5, 'columnMapping'],
  [6, 'identityColumns'],
];

/** @throws CandlebookError TABLE_UNSUPPORTED naming the features without which the table would be read wrong */
export function checkReadable(protocol: Protocol, metadata: Metadata, location: string): void {
  const { minReaderVersion, readerFeatures = [] } = protocol;
  if (minReaderVersion > 3) throw unsupported(location, 'read', [`reader version ${minReaderVersion}`]);
  const needed = readerFeatures.filter((feature) => !READER_FEATURES.has(feature));
  if (needed.length > 0) throw unsupported(location, 'read', needed);
  if (metadata.format && metadata.format.provider !== 'parquet') {
    throw unsupported(location, 'read', [`format ${metadata.format.provider}`]);
  }
}

/** @throws CandlebookError TABLE_UNSUPPORTED naming the features that a writer of this table must honour */
export function checkWritable(protocol: Protocol, metadata: Metadata, location: string): void {
  checkReadable(protocol, metadata, location);
  const { minWriterVersion, writerFeatures = [] } = protocol;
  if (minWriterVersion > 7) throw unsupported(location, 'write', [`writer version ${minWriterVersion}`]);
  const stated =
    minWriterVersion === 7
      ? writerFeatures
      : LEGACY.filter(([version]) => version <= minWriterVersion).map(([, feature]) => feature);
  const needed = stated.filter(
    (feature) => !WRITER_FEATURES.has(feature) && (ASKING_WHEN_USED[feature]?.(metadata) ?? true),
  );
  if (needed.length > 0) throw unsupported(location, 'write', needed);
  constraintsOf(metadata, readSchema(metadata.schemaString));
}

function keysOfColumns(fields: readonly Field[]): string[] {
  return fields.flatMap(({ type, metadata }) => [...Object.keys(metadata ?? {}), ...keysWithin(type)]);
}

function keysWithin(type: DataType): string[] {
  if (typeof type === 'string') return [];
  if (type.type === 'struct') return keysOfColumns(type.fields);
  return type.type === 'array'
    ? keysWithin(type.elementType)
    : [...keysWithin(type.keyType), ...keysWithin(type.valueType)];
}

function unsupported(location: string, verb: 'read' | 'write', needed: readonly string[]): CandlebookError {
  const plural = needed.length > 1 ? 'features that are' : 'a feature that is';
  return new CandlebookError(
    'TABLE_UNSUPPORTED',
    `The table at ${location} can not be ${verb === 'read' ? 'read' : 'written'}: it uses ${plural} not implemented here: ${needed.join(', ')}.`,
    { value: needed, hint: 'Use Spark or delta-rs for this table, or make a copy without it.' },
  );
}

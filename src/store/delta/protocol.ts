import { CandlebookError } from '../../market/index.ts';
import type { Metadata, Protocol } from './actions.ts';
import { constraintsOf } from './constraints.ts';
import { readSchema } from './schema.ts';

/** What tables made here state: enough for every feature that is used, readable by every Delta reader. */
export const OWN_PROTOCOL: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };

/**
 * Deletion vectors are among them in so far as a table may name them: a file that has one is refused by `Scan`.
 */
const READER_FEATURES = new Set(['deletionVectors', 'timestampNtz', 'v2Checkpoint', 'vacuumProtocolCheck']);
const WRITER_FEATURES = new Set([
  'appendOnly',
  'invariants',
  'timestampNtz',
  'v2Checkpoint',
  'vacuumProtocolCheck',
]);

/** Features that older writer versions bring along, in so far as a table can make use of them. */
const LEGACY_WRITER_FEATURES: [version: number, feature: string, used: (metadata: Metadata) => boolean][] = [
  [4, 'changeDataFeed', ({ configuration }) => configuration['delta.enableChangeDataFeed'] === 'true'],
  [
    4,
    'generatedColumns',
    (metadata) => hasColumnKey(metadata, (key) => key === 'delta.generationExpression'),
  ],
  [5, 'columnMapping', isMapped],
  [6, 'identityColumns', (metadata) => hasColumnKey(metadata, (key) => key.startsWith('delta.identity.'))],
];

/** @throws CandlebookError TABLE_UNSUPPORTED naming the features without which the table would be read wrong */
export function checkReadable(protocol: Protocol, metadata: Metadata, location: string): void {
  const { minReaderVersion, readerFeatures = [] } = protocol;
  if (minReaderVersion > 3) throw unsupported(location, 'read', [`reader version ${minReaderVersion}`]);
  const needed = readerFeatures.filter(
    (feature) => !READER_FEATURES.has(feature) && feature !== 'columnMapping',
  );
  if (minReaderVersion >= 2 && isMapped(metadata)) needed.push('columnMapping');
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
      : LEGACY_WRITER_FEATURES.filter(
          ([version, , used]) => version <= minWriterVersion && used(metadata),
        ).map(([, feature]) => feature);
  const needed = stated.filter((feature) => !WRITER_FEATURES.has(feature));
  if (needed.length > 0) throw unsupported(location, 'write', needed);
  constraintsOf(metadata, readSchema(metadata.schemaString));
}

function isMapped({ configuration }: Metadata): boolean {
  return (configuration['delta.columnMapping.mode'] ?? 'none') !== 'none';
}

function hasColumnKey({ schemaString }: Metadata, wanted: (key: string) => boolean): boolean {
  return readSchema(schemaString).some(({ metadata }) => Object.keys(metadata ?? {}).some(wanted));
}

export function unsupported(
  location: string,
  verb: 'read' | 'write',
  needed: readonly string[],
): CandlebookError {
  const plural = needed.length > 1 ? 'features that are' : 'a feature that is';
  return new CandlebookError(
    'TABLE_UNSUPPORTED',
    `The table at ${location} can not be ${verb === 'read' ? 'read' : 'written'}: it uses ${plural} not implemented here: ${needed.join(', ')}.`,
    { value: needed, hint: 'Use Spark or delta-rs for this table, or make a copy without it.' },
  );
}

/*
 * Actions of the transaction log, with the field names of the Delta protocol (PROTOCOL.md of delta-io/delta).
 * Fields that are not listed here survive a round trip: actions are kept as they were read.
 */

export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures?: readonly string[];
  readonly writerFeatures?: readonly string[];
}

export interface Metadata {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> };
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  /** Table properties. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly createdTime?: number;
}

export type PartitionValues = Readonly<Record<string, string | null>>;

/** Where it is written which rows of a file are deleted. */
export interface DeletionVector {
  /** `i`: in the log itself; `u`: in a file beside the data, named by a UUID; `p`: in a file at a path. */
  readonly storageType: 'i' | 'u' | 'p';
  readonly pathOrInlineDv: string;
  readonly offset?: number;
  readonly sizeInBytes: number;
  /** How many rows it deletes. */
  readonly cardinality: number;
}

export interface Add {
  /** URI-encoded, relative to the table's root (or absolute). */
  readonly path: string;
  readonly partitionValues: PartitionValues;
  /** Bytes. */
  readonly size: number;
  /** Epoch ms. */
  readonly modificationTime: number;
  readonly dataChange: boolean;
  /** A JSON text: numRecords, minValues, maxValues, nullCount. */
  readonly stats?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly deletionVector?: DeletionVector;
}

export interface Remove {
  readonly path: string;
  /** Epoch ms. */
  readonly deletionTimestamp?: number;
  readonly dataChange: boolean;
  readonly extendedFileMetadata?: boolean;
  readonly partitionValues?: PartitionValues;
  readonly size?: number;
  readonly deletionVector?: DeletionVector;
}

export interface Txn {
  readonly appId: string;
  readonly version: number;
  /** Epoch ms. */
  readonly lastUpdated?: number;
}

export interface CommitInfo {
  /** Epoch ms, by the writer's clock. */
  readonly timestamp?: number;
  readonly operation?: string;
  readonly operationParameters?: Readonly<Record<string, unknown>>;
  readonly operationMetrics?: Readonly<Record<string, unknown>>;
  readonly engineInfo?: string;
  readonly isBlindAppend?: boolean;
  readonly readVersion?: number;
  /** Different for every attempt: by it a writer knows its own commit again. */
  readonly txnId?: string;
  /** Epoch ms, later than that of the version before; only in tables that ask for it. */
  readonly inCommitTimestamp?: number;
  readonly [key: string]: unknown;
}

export interface DomainMetadata {
  readonly domain: string;
  readonly configuration: string;
  readonly removed: boolean;
}

/** One line of a commit: exactly one of the fields is there. Unknown ones are passed over by readers. */
export interface Action {
  readonly protocol?: Protocol;
  readonly metaData?: Metadata;
  readonly add?: Add;
  readonly remove?: Remove;
  readonly txn?: Txn;
  readonly commitInfo?: CommitInfo;
  readonly domainMetadata?: DomainMetadata;
  readonly cdc?: unknown;
}

/** Table property that asks for `inCommitTimestamp`. */
export const IN_COMMIT_TIMESTAMPS = 'delta.enableInCommitTimestamps';

export function commitInfoOf(actions: readonly Action[] | undefined): CommitInfo | undefined {
  return actions?.find(({ commitInfo }) => commitInfo)?.commitInfo;
}

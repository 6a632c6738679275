import { CandlebookError } from '../../market/index.ts';
import type { Files } from '../files/index.ts';
import type { Metadata, PartitionValues } from './actions.ts';
import { addConstraint } from './add-constraint.ts';
import { addColumns, setProperties } from './alter.ts';
import { type AppendOptions, append, appendOnce, type Batched } from './append.ts';
import type { Changed } from './apply-change.ts';
import { type Change, changes } from './changes.ts';
import type { Committed } from './commit.ts';
import { openOrCreate, type TableDefinition } from './create.ts';
import { DataFiles } from './data-files.ts';
import { deleteRows } from './delete.ts';
import type { Filter } from './filter.ts';
import { type HistoryEntry, history } from './history.ts';
import { loadSnapshot } from './load.ts';
import { Log } from './log.ts';
import { type MergeOptions, merge } from './merge.ts';
import { compactable, type Optimized, type OptimizeOptions, optimize } from './optimize.ts';
import { overwrite } from './overwrite.ts';
import { restore } from './restore.ts';
import { Scan, type ScanOptions } from './scan.ts';
import type { Snapshot } from './snapshot.ts';
import { versionAt } from './travel.ts';
import type { Batch, Field } from './types.ts';
import { type Vacuumed, type VacuumOptions, vacuum } from './vacuum.ts';

/** Which version to read: by number, or the newest at a moment (epoch ms); by default the newest. */
export interface AsOf {
  readonly version?: number;
  readonly timestamp?: number;
}

/**
 * A Delta table. Every call throws CandlebookError: TABLE_INVALID for a damaged log or file, TABLE_UNSUPPORTED
 * for a table feature that is not implemented, TABLE_UNWRITABLE and ACCESS_DENIED when the storage refuses.
 */
export class DeltaTable {
  readonly #log: Log;

  private constructor(log: Log) {
    this.#log = log;
  }

  /** @returns `undefined` when no table lies there */
  static async find(files: Files): Promise<DeltaTable | undefined> {
    const log = await Log.open(files);
    return log && new DeltaTable(log);
  }

  /** @throws CandlebookError TABLE_INVALID when no table lies there */
  static async open(files: Files): Promise<DeltaTable> {
    const found = await DeltaTable.find(files);
    if (found) return found;
    throw new CandlebookError('TABLE_INVALID', `No Delta table lies at ${files.location}.`, {
      value: files.location,
      hint: 'Check the location; a table has a folder _delta_log.',
    });
  }

  /** Opens the table, or makes it where there is none; its definition is not changed when it is there. */
  static async openOrCreate(files: Files, definition: TableDefinition): Promise<DeltaTable> {
    return new DeltaTable(await openOrCreate(files, definition));
  }

  get location(): string {
    return this.#log.files.location;
  }

  /** Newest version that was seen; `refresh` looks for later ones. */
  get version(): number {
    return this.#log.latest.version;
  }

  get fields(): readonly Field[] {
    return this.#log.latest.fields;
  }

  /** Data files of the newest version that was seen. */
  get fileCount(): number {
    return this.#log.latest.files.size;
  }

  /** How many data files less `optimize` would leave, by the newest version that was seen. */
  compactable(options: Pick<OptimizeOptions, 'targetBytes' | 'mostRows'> = {}): number {
    return compactable(this.#log.latest, options);
  }

  /** The partitions that hold files, in no promised order, of the newest version that was seen. */
  get partitions(): PartitionValues[] {
    const found = new Map<string, PartitionValues>();
    for (const { partitionValues } of this.#log.latest.files.values())
      found.set(JSON.stringify(partitionValues), partitionValues);
    return [...found.values()];
  }

  get metadata(): Metadata {
    return this.#log.latest.metadata;
  }

  /** Version of the last transaction of an application that the table holds. */
  progress(appId: string): number | undefined {
    return this.#log.latest.txns.get(appId)?.version;
  }

  /** Looks for commits of others. @returns the newest version */
  async refresh(): Promise<number> {
    return (await this.#log.refresh()).version;
  }

  append(batch: Batch, options?: AppendOptions): Promise<Committed | undefined> {
    return append(this.#log, batch, options);
  }

  /** Adds what is not in the table yet, by the progress of each application. @returns `undefined` when all was in */
  appendOnce(
    choose: (progress: (appId: string) => number | undefined) => Batched | undefined,
  ): Promise<Committed | undefined> {
    return appendOnce(this.#log, choose);
  }

  /** Puts rows in the place of all, or of those that the filter means. */
  overwrite(batch: Batch, where?: Filter): Promise<Changed> {
    return overwrite(this.#log, batch, where);
  }

  /** Brings rows in by key. @returns `undefined` when nothing had to be done */
  merge(batch: Batch, options: MergeOptions): Promise<Changed | undefined> {
    return merge(this.#log, batch, options);
  }

  /** @returns `undefined` when there were no such rows */
  delete(where: Filter): Promise<Changed | undefined> {
    return deleteRows(this.#log, where);
  }

  /** Puts small files together. */
  optimize(options?: OptimizeOptions): Promise<Optimized> {
    return optimize(this.#log, options);
  }

  /** Deletes files that no recent version needs. */
  vacuum(options?: VacuumOptions): Promise<Vacuumed> {
    return vacuum(this.#log, options);
  }

  /** Makes the table what it was at an earlier version, as a new version. */
  restore(version: number): Promise<Committed> {
    return restore(this.#log, version);
  }

  addColumns(fields: readonly Field[]): Promise<Committed> {
    return addColumns(this.#log, fields);
  }

  /** A condition in SQL that every row has to meet. */
  addConstraint(name: string, sql: string): Promise<Committed> {
    return addConstraint(this.#log, name, sql);
  }

  /** `null` takes a property away. */
  setProperties(properties: Readonly<Record<string, string | null>>): Promise<Committed> {
    return setProperties(this.#log, properties);
  }

  /** Rows of one version, streamed; `report` of the scan says what was passed over. */
  async read(options: ScanOptions & AsOf = {}): Promise<Scan> {
    return new Scan(this.#log.files, await this.#snapshot(options), options);
  }

  /** The data files of one version, for whoever reads Parquet by other means. */
  async dataFiles(at: AsOf = {}): Promise<DataFiles> {
    return new DataFiles(this.#log.files, await this.#snapshot(at));
  }

  /** What changed after a version, up to the newest. */
  async *changes(since: number, options?: ScanOptions): AsyncGenerator<Change> {
    yield* changes(this.#log.files, await this.#log.refresh(), since, options);
  }

  /** Commits, newest first. */
  async *history(): AsyncGenerator<HistoryEntry> {
    yield* history(this.#log.files, (await this.#log.refresh()).version);
  }

  /** The version that was the newest at a moment (epoch ms). */
  async versionAt(timestamp: number): Promise<number> {
    const { metadata } = await this.#log.refresh();
    return versionAt(this.#log.files, timestamp, metadata.configuration);
  }

  async #snapshot({ version, timestamp }: AsOf): Promise<Snapshot> {
    const { files } = this.#log;
    if (timestamp !== undefined) return (await loadSnapshot(files, await this.versionAt(timestamp)))!;
    const latest = await this.#log.refresh();
    return version === undefined || version === latest.version
      ? latest
      : (await loadSnapshot(files, version))!;
  }
}

import type { AsOf, DataFiles, DeltaTable } from '../delta/index.ts';
import { type Partition, partitionsOf } from './view.ts';

/** A table under the name that queries know it by, at the version that is being asked. */
export interface Source {
  /** As it stands in SQL: `raw.trades`. */
  readonly name: string;
  readonly files: DataFiles;
  readonly partitions: readonly Partition[];
  /** Where the table lies; its files can be read there by a path. */
  readonly location: string;
  /** Have its files to be copied to be read by DuckDB? */
  readonly copied: boolean;
}

export async function sourceOf(name: string, delta: DeltaTable, at: AsOf): Promise<Source> {
  const files = await delta.dataFiles(at);
  const remote = /^[a-z][a-z0-9+.-]+:\/\//i.test(delta.location);
  return {
    name,
    files,
    partitions: partitionsOf(files),
    location: delta.location,
    copied: remote || files.list.some(({ plain }) => !plain),
  };
}

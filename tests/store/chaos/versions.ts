import { readStats } from '../../../src/store/delta/bounds.ts';
import { DeltaTable } from '../../../src/store/delta/index.ts';
import { loadSnapshot, readVersion } from '../../../src/store/delta/load.ts';
import { openParquet } from '../../../src/store/delta/parquet-read.ts';
import { dataPath } from '../../../src/store/delta/partition.ts';
import { Snapshot } from '../../../src/store/delta/snapshot.ts';
import { below, openFiles } from '../../../src/store/files/index.ts';

/** Versions that are opened on their own, from the checkpoint before them, evenly over the history. */
const OPENED = 60;

const TABLES = ['raw/trades', 'raw/tickers', 'processed/tickers', 'processed/candles'];

/**
 * Reads every version of every project table: its commit, the footer of each file that it added, and, of some
 * versions, the state from the checkpoint before it, which has to be what the commits alone give.
 */
export async function readVersions(location: string): Promise<{ versions: number; unreadable: number }> {
  let versions = 0;
  let unreadable = 0;
  for (const path of TABLES) {
    const files = await openFiles(below(location, 'simulated', path));
    const { version: newest } = await DeltaTable.open(files);
    const step = Math.ceil((newest + 1) / OPENED);
    let state: Snapshot | undefined;
    for (let version = 0; version <= newest; version++) {
      versions++;
      try {
        const commit = await readVersion(files, version);
        if (!commit) throw new Error(`version ${version} of ${path} is not there`);
        state = state ? state.after(commit, path) : Snapshot.first(version, commit.actions, path);
        for (const { add } of commit.actions) {
          if (!add) continue;
          const { metadata } = await openParquet(files, dataPath(add.path), add.size);
          if (Number(metadata.num_rows) !== readStats(add)?.numRecords)
            throw new Error(`${add.path} of version ${version} has ${metadata.num_rows} rows`);
        }
        if ((newest - version) % step !== 0) continue;
        const opened = await loadSnapshot(files, version);
        const paths = (one: Snapshot) => [...one.files.keys()].sort().join();
        if (!opened || paths(opened) !== paths(state))
          throw new Error(
            `version ${version} of ${path} has other files when it is opened from a checkpoint`,
          );
      } catch (error) {
        unreadable++;
        console.log(`  ${(error as Error).message}`);
      }
    }
  }
  return { versions, unreadable };
}

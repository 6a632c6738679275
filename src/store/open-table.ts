import { DeltaTable } from './delta/index.ts';
import { openFiles } from './files/index.ts';

/**
 * Opens any Delta table by its own location, whoever made it.
 *
 * @param location folder, or `abfss://container@account.dfs.core.windows.net/path`
 * @throws CandlebookError TABLE_INVALID when no table lies there; TABLE_UNSUPPORTED naming the feature that is
 *   not implemented
 */
export async function openDeltaTable(location: string): Promise<DeltaTable> {
  return DeltaTable.open(await openFiles(location));
}

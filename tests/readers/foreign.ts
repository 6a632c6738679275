import { CandlebookError } from '../../src/market/index.ts';
import { DeltaTable } from '../../src/store/delta/index.ts';
import { openFiles } from '../../src/store/files/index.ts';
import type { Checks } from './checks.ts';
import type { Writer } from './reader.ts';
import { rowsOfOurs } from './tables.ts';

/** Tables that somebody else made are read row for row, or refused by the name of what we do not do. */
export async function readTheirs(checks: Checks, place: string, root: string, writer: Writer): Promise<void> {
  for (const { name, location, rows, refused = {} } of await writer.make(root)) {
    const what = `${place}, ${name} made by ${writer.name}`;
    const files = await openFiles(location);
    if (refused.read !== undefined) {
      await checks.holds(`${what}: refused for reading`, () =>
        refusedBy(refused.read!, () => DeltaTable.open(files).then((table) => table.read())),
      );
      continue;
    }
    await checks.equal(`${what}: read`, rows, async () => {
      const table = await DeltaTable.open(files);
      return rowsOfOurs(files, table.version, table.fields);
    });
    if (refused.write !== undefined) {
      await checks.holds(`${what}: refused for writing`, () =>
        refusedBy(refused.write!, async () => (await DeltaTable.open(files)).append(nothing())),
      );
    } else {
      await checks.holds(`${what}: written`, async () => {
        const table = await DeltaTable.open(files);
        const { version } = table;
        await table.append(await oneRow(table));
        const after = await writer.rows(location, version + 1, table.fields);
        return after.length === rows.length + 1 ? undefined : `${after.length} rows seen after our append`;
      });
    }
  }
}

const nothing = () => ({ rowCount: 0, columns: {} });

async function refusedBy(feature: string, act: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await act();
    return `not refused for ${feature}`;
  } catch (error) {
    if (!(error instanceof CandlebookError) || error.code !== 'TABLE_UNSUPPORTED') throw error;
    return error.message.includes(feature) ? undefined : `refused for something else: ${error.message}`;
  }
}

/** A row that the table has already, which is sure to be allowed. */
async function oneRow(table: DeltaTable) {
  for await (const { rowCount, columns } of await table.read()) {
    if (rowCount === 0) continue;
    return {
      rowCount: 1,
      columns: Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, [column[0]!]])),
    };
  }
  throw new Error('the table is empty');
}

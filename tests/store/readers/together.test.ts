import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { DeltaTable, field } from '../../../src/store/delta/index.ts';
import { openFiles } from '../../../src/store/files/index.ts';
import { testWithPython } from '../../fixtures/python.ts';
import { ACCOUNT, KEY, startLoopbackAdls } from '../adls/server.ts';
import { rowsOf } from '../delta/rows.ts';
import { temporaryFolder } from '../folder.ts';
import { readWithDeltaRs } from './delta-rs.ts';

const script = fileURLToPath(new URL('delta_rs_writes.py', import.meta.url));

/** We write, delta-rs appends and compacts, we go on, delta-rs reads. */
async function together(
  python: string,
  location: string,
  storageOptions: Record<string, string>,
): Promise<void> {
  const table = await DeltaTable.openOrCreate(await openFiles(location), {
    fields: [field('n', 'long'), field('part', 'string')],
    partitionColumns: ['part'],
  });
  const append = (n: number) =>
    table.append({ rowCount: 1, columns: { n: [BigInt(n)], part: [n % 2 ? 'a' : 'b'] } });
  const numbers = async () => (await rowsOf(table)).map(({ n }) => Number(n)).sort((a, b) => a - b);
  for (let n = 0; n < 12; n++) await append(n);
  await promisify(execFile)(python, [script, location, JSON.stringify(storageOptions)]);
  const before = table.version;
  const expected = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 100, 101];
  expect(await numbers()).toEqual(expected);
  expect(table.version).toBeGreaterThan(before + 1);
  expect(await table.changes(before).next()).toMatchObject({ value: { kind: 'insert' } });
  await append(12);
  await table.delete({ n: 101 });
  await table.optimize();
  const ours = [...expected.filter((n) => n !== 101), 12].sort((a, b) => a - b);
  expect(await numbers()).toEqual(ours);
  const seen = await readWithDeltaRs(python, location, table.version, storageOptions);
  expect(seen.rows.map(({ n }) => Number(n)).sort((a, b) => a - b)).toEqual(ours);
}

testWithPython('we and delta-rs write to one table in turn, on disk', (python) =>
  together(python, temporaryFolder(), {}),
);

testWithPython('we and delta-rs write to one table in turn, on ADLS', async (python) => {
  const adls = await startLoopbackAdls();
  process.env.AZURE_STORAGE_CONNECTION_STRING = adls.connectionString;
  try {
    await together(python, 'abfss://tables@lake.dfs.core.windows.net/together', {
      azure_storage_account_name: ACCOUNT,
      azure_storage_account_key: KEY,
      azure_storage_endpoint: `${adls.url}/${ACCOUNT}`,
      allow_http: 'true',
    });
  } finally {
    delete process.env.AZURE_STORAGE_CONNECTION_STRING;
    await adls.close();
  }
});

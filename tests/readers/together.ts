import { DeltaTable, field } from '../../src/store/delta/index.ts';
import { openFiles } from '../../src/store/files/index.ts';
import { canonicalRows } from './canonical.ts';
import type { Checks } from './checks.ts';
import type { Reader, Writer } from './reader.ts';
import { rowsOfOurs } from './tables.ts';

const FIELDS = [field('n', 'long'), field('part', 'string')];

/** We write, the other appends and puts files together, and we go on; everybody reads the same after each turn. */
export async function together(
  checks: Checks,
  what: string,
  location: string,
  writer: Writer,
  readers: readonly Reader[],
): Promise<void> {
  const files = await openFiles(location);
  const table = await DeltaTable.openOrCreate(files, { fields: FIELDS, partitionColumns: ['part'] });
  let rows: { n: number; part: string }[] = [];
  const row = (n: number) => ({ n, part: n % 2 ? 'a b=%' : 'é' });
  const write = async (numbers: readonly number[]) => {
    rows = [...rows, ...numbers.map(row)];
    await table.append({
      rowCount: numbers.length,
      columns: { n: numbers.map(BigInt), part: numbers.map((n) => row(n).part) },
    });
  };
  const check = async (turn: string) => {
    const version = await table.refresh();
    const expected = canonicalRows(
      rows.map(({ n, part }) => ({ n: BigInt(n), part })),
      FIELDS,
    );
    await checks.equal(`${what}, ${turn}: ourselves`, expected, () => rowsOfOurs(files, version, FIELDS));
    for (const reader of readers)
      await checks.equal(`${what}, ${turn}: ${reader.name}`, expected, () =>
        reader.rows(location, version, FIELDS),
      );
  };

  for (let n = 0; n < 11; n++) await write([n]);
  await checks.holds(`${what}: appends`, async () => {
    const other = [row(100), row(101)];
    await writer.append(location, other);
    rows = [...rows, ...other];
    return undefined;
  });
  await check('after its append');
  const before = table.version;
  await checks.holds(`${what}: puts files together`, async () => {
    await writer.optimize(location);
    return (await table.refresh()) > before ? undefined : 'no new version';
  });
  await check('after its OPTIMIZE');
  await write([12, 13]);
  await table.delete({ n: { in: [101, 3] } });
  rows = rows.filter(({ n }) => n !== 101 && n !== 3);
  await table.optimize();
  await check('after our append, delete and OPTIMIZE');
}

/*
 * One of several processes that append to one table at once: writer.ts <location> <writer> <commits>
 * Prints how many commits it made.
 */
import { DeltaTable, field } from '../../../src/store/delta/index.ts';
import { openFiles } from '../../../src/store/files/index.ts';

const [location, writer, commits] = process.argv.slice(2) as [string, string, string];
const table = await DeltaTable.openOrCreate(await openFiles(location), {
  name: 'race',
  fields: [field('writer', 'integer'), field('n', 'integer')],
});
let made = 0;
for (let n = 0; n < Number(commits); n++) {
  const columns = { writer: [Number(writer)], n: [n] };
  const committed = await table.append(
    { rowCount: 1, columns },
    { txn: { appId: `writer ${writer}`, version: n } },
  );
  if (committed) made++;
}
console.log(made);

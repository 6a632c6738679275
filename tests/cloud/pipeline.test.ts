import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { encodeTrade } from '../../src/cloud/kafka/message.ts';
import { PIPELINE_TABLES } from '../../src/cloud/pipeline/tables.ts';
import { sparkColumns } from '../../src/store/index.ts';

const text = (name: string) =>
  readFileSync(new URL(`../../src/cloud/pipeline/${name}`, import.meta.url), 'utf8');
const sql = `${text('silver.sql')}\n${text('gold.sql')}`;

test('the SQL makes the tables of the definition: names, columns, types, partitions', () => {
  const made = [...sql.matchAll(/CREATE STREAMING TABLE (\w+) \(\n([\s\S]*?)\n\)\n([^;]*?)(?=\nAS |;)/g)];
  const found = Object.fromEntries(made.map(([, name, columns, rest]) => [name, { columns, rest }]));
  const wanted = PIPELINE_TABLES.filter(({ layer }) => layer !== 'bronze');
  expect(Object.keys(found).sort()).toEqual(wanted.map(({ name }) => name).sort());
  for (const table of wanted) {
    const { columns, rest } = found[table.name]!;
    expect(columns, table.name).toBe(sparkColumns(table));
    const partitions = /PARTITIONED BY \(([^)]*)\)/.exec(rest!)?.[1]?.split(', ') ?? [];
    expect(partitions, table.name).toEqual(table.partitionColumns);
    expect(rest, table.name).toContain(`COMMENT '${table.description.replaceAll("'", "\\'")}'`);
    // Simulated trades are marked as such wherever they lie.
    expect(rest, table.name).toMatch(/TBLPROPERTIES \('candlebook\.source' = '\$\{candlebook\.source\}'\)/);
  }
});

test('the Python file makes the bronze table, and is the only one that reads Kafka', () => {
  const python = text('bronze.py');
  const [bronze, ...more] = PIPELINE_TABLES.filter(({ layer }) => layer === 'bronze');
  expect(more).toEqual([]);
  expect(python).toContain(`def ${bronze!.name}():`);
  const [, schema] = /schema="""([\s\S]*?)"""/.exec(python)!;
  const columns = schema!.split(',').map((column) => column.trim());
  expect(columns).toEqual(
    sparkColumns(bronze!)
      .split('\n')
      .map((line) =>
        line
          .trim()
          .replace(/ COMMENT .*/, '')
          .replaceAll('`', ''),
      ),
  );
  expect(python).toContain(`partition_cols=${JSON.stringify(bronze!.partitionColumns)}`);
  expect(sql).not.toMatch(/kafka/i);
});

test('silver reads what the publisher writes', () => {
  const [, schema] = /from_json\(text, '([^']*)'/.exec(sql)!;
  const read = schema!.split(',').map((field) => field.trim().split(' ')[0]);
  const trade = {
    type: 'trade',
    symbol: 'BTCUSDT',
    id: 1,
    price: 2,
    quantity: 3,
    time: 4,
    eventTime: 5,
  } as const;
  const written = JSON.parse(encodeTrade({ ...trade, buyerIsMaker: true }, 'live').toString());
  expect(read).toEqual([...Object.keys(written), 'clock']);
});

test('each setting that the files read has a value in the specification', () => {
  const stated = [...text('spark-pipeline.yml').matchAll(/^ {2}(candlebook\.[\w.]+):/gm)].map(
    ([, name]) => name,
  );
  const used = [...sql.matchAll(/\$\{(candlebook\.[\w.]+)\}/g)].map(([, name]) => name!);
  expect([...new Set(used)].filter((name) => !stated.includes(name))).toEqual([]);
  const read = [...text('bronze.py').matchAll(/setting\("([\w.]+)"/g)].map(
    ([, name]) => `candlebook.${name}`,
  );
  const all = [...used, ...read];
  expect(stated.filter((name) => !all.includes(name!))).toEqual([]);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DeltaTable } from '../../src/store/delta/index.ts';
import { localFiles } from '../../src/store/files/index.ts';
import { openRecorder, schemaPage, sparkTable, TABLE_SCHEMAS } from '../../src/store/index.ts';
import { duckDb } from '../../src/store/sql/duckdb.ts';
import { temporaryFolder } from './folder.ts';

const of = (path: string) => TABLE_SCHEMAS.find((schema) => schema.path === path)!;

test('the page of the store shows the schemas as they are', () => {
  const page = readFileSync(new URL('../../src/store/README.md', import.meta.url), 'utf8');
  const [, shown] = /<!-- schemas: .*? -->\n([\s\S]*?)\n<!-- end of schemas -->/.exec(page) ?? [];
  expect(shown?.trim(), 'put what `candlebook table schema` prints between the marks').toBe(schemaPage());
});

test('processed/tickers has the columns of the original document, in its order, partitioned by date', () => {
  const { columns, partitionColumns } = of('processed/tickers');
  expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'symbol string',
    'price double',
    'volume double',
    'priceChange double',
    'priceChangePercent double',
    'highPrice double',
    'lowPrice double',
    'quoteVolume double',
    'event_time timestamp',
    'processing_time timestamp',
    'date date',
    'hour integer',
  ]);
  expect(partitionColumns).toEqual(['date']);
});

test('the tables that are made have these columns, comments and properties', async () => {
  const location = temporaryFolder();
  await (await openRecorder({ location, source: 'live' })).close();
  for (const { path, columns, partitionColumns, appendOnly } of TABLE_SCHEMAS) {
    const { fields, metadata } = await DeltaTable.open(localFiles(`${location}/live/${path}`));
    expect(fields.map(({ name, type, metadata: { comment } }) => [name, type, comment])).toEqual(
      columns.map(({ name, type, meaning }) => [name, type, meaning]),
    );
    expect(metadata.partitionColumns).toEqual(partitionColumns);
    expect(metadata.configuration['delta.appendOnly']).toBe(appendOnly ? 'true' : undefined);
  }
});

test('DDL for Spark: every column with its type and meaning', async () => {
  expect(sparkTable(of('raw/trades'))).toMatch(
    /^CREATE TABLE IF NOT EXISTS `raw_trades` \(\n {2}`symbol` STRING COMMENT '.*',\n {2}`tradeId` BIGINT COMMENT/,
  );
  expect(sparkTable(of('raw/trades'))).toMatch(
    /\)\nUSING DELTA\nPARTITIONED BY \(`date`\)\nCOMMENT '.*'\nTBLPROPERTIES \('delta\.appendOnly' = 'true'\)$/,
  );
  // Another SQL engine takes the columns as they are written, but for comments and Spark's quotes.
  const { DuckDBConnection } = await duckDb();
  const connection = await DuckDBConnection.create();
  for (const schema of TABLE_SCHEMAS) {
    const ddl = sparkTable(schema)
      .replace(/ COMMENT '(?:[^'\\]|\\.)*'/g, '')
      .replace(/\)\nUSING DELTA[\s\S]*/, ')')
      .replaceAll('`', '"');
    await connection.run(ddl);
    const described = await connection.runAndReadAll(`describe ${schema.path.replace('/', '_')}`);
    expect(described.getRows().map(([name]) => name)).toEqual(schema.columns.map(({ name }) => name));
  }
  connection.closeSync();
});

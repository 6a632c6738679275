import { CandlebookError, type DataSource } from '../market/index.ts';
import { DeltaTable } from './delta/index.ts';
import { below, openFiles } from './files/index.ts';
import { fieldsOf, type TableSchema } from './schema.ts';

/** Table property that says which of live, simulated and recorded the rows are. */
export const SOURCE_PROPERTY = 'candlebook.source';

/** Table property that says of which exchange's market they are, where that is known. */
const MARKET_PROPERTY = 'candlebook.market';

const WORDS: Record<DataSource, string> = {
  live: 'live data of the exchange',
  simulated: 'SIMULATED data of the embedded exchange',
  recorded: 'RECORDED frames, replayed by the embedded exchange',
};

/**
 * Opens a project table at `<location>/<source>/<path>`, or makes it.
 *
 * @throws CandlebookError SOURCE_MIXED when the table that lies there holds another source's or market's rows;
 *   SCHEMA_MISMATCH when it has other columns; TABLE_UNWRITABLE, TABLE_UNSUPPORTED, TABLE_INVALID
 */
export async function openProjectTable(
  schema: TableSchema,
  { location, source, market }: { location: string; source: DataSource; market?: string | undefined },
): Promise<DeltaTable> {
  const files = await openFiles(below(location, source, schema.path));
  const table = await DeltaTable.openOrCreate(files, {
    name: `${schema.path.replace('/', '_')}_${source}`,
    description: `${schema.description}. Source: ${WORDS[source]}.`,
    fields: fieldsOf(schema),
    partitionColumns: schema.partitionColumns,
    configuration: {
      [SOURCE_PROPERTY]: source,
      ...(market === undefined ? {} : { [MARKET_PROPERTY]: market }),
      'delta.parquet.compression.codec': 'zstd',
      ...(schema.writersRemembered
        ? { 'delta.setTransactionRetentionDuration': schema.writersRemembered }
        : {}),
      ...(schema.appendOnly ? { 'delta.appendOnly': 'true' } : {}),
    },
  });
  checkSource(table, source);
  if (market !== undefined) await checkMarket(table, market);
  checkColumns(table, schema);
  return table;
}

function checkSource({ metadata, location }: DeltaTable, source: DataSource): void {
  const found = metadata.configuration[SOURCE_PROPERTY];
  if (found === source) return;
  throw new CandlebookError(
    'SOURCE_MIXED',
    `The table at ${location} holds ${found ? `${found} data` : 'data of an unknown source'}, and ${source} data was to be added.`,
    {
      value: found,
      hint: 'Live, simulated and recorded rows are never mixed: use another table location, or move that table to where it belongs.',
    },
  );
}

/** Trade ids of two markets have nothing to do with each other, whatever their symbols are called. */
async function checkMarket(table: DeltaTable, market: string): Promise<void> {
  const found = table.metadata.configuration[MARKET_PROPERTY];
  if (found === market) return;
  if (found === undefined) return void (await table.setProperties({ [MARKET_PROPERTY]: market }));
  throw new CandlebookError(
    'SOURCE_MIXED',
    `The table at ${table.location} holds the market of ${found}, and that of ${market} was to be added.`,
    { value: market, hint: 'Keep each market in a table location of its own.' },
  );
}

function checkColumns({ fields, location }: DeltaTable, schema: TableSchema): void {
  for (const { name, type } of schema.columns) {
    const found = fields.find((field) => field.name === name);
    if (found?.type === type) continue;
    throw new CandlebookError(
      'SCHEMA_MISMATCH',
      `The table at ${location} has ${found ? `column ${name} as ${JSON.stringify(found.type)}` : `no column ${name}`}; ${schema.path} needs it as ${JSON.stringify(type)}.`,
      { value: name, hint: 'Use another table location, or move that table away.' },
    );
  }
}

import type { Batch, DeltaTable, Field, Value } from '../../../src/store/delta/index.ts';

export type Row = Record<string, Value>;

export function toBatch(rows: readonly Row[], fields: readonly Field[]): Batch {
  const columns = fields.map(({ name }) => [name, rows.map((row) => row[name] ?? null)]);
  return { rowCount: rows.length, columns: Object.fromEntries(columns) };
}

export function fromBatch({ rowCount, columns }: Batch): Row[] {
  return Array.from({ length: rowCount }, (_, row) =>
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column[row]!])),
  );
}

export async function collect(batches: AsyncIterable<Batch>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of batches) rows.push(...fromBatch(batch));
  return rows;
}

export async function rowsOf(table: DeltaTable, version?: number): Promise<Row[]> {
  return collect(await table.read(version === undefined ? {} : { version }));
}

/** Rows as texts, in an order of their own: equal when the rows are, whatever their order. */
export function sorted(rows: readonly Row[]): string[] {
  const text = (_: string, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : Number.isNaN(value) ? 'NaN' : value;
  return rows.map((row) => JSON.stringify(row, text)).sort();
}

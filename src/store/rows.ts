import type { Batch, Column } from './delta/index.ts';
import type { TableSchema } from './schema.ts';

/*
 * Between rows as the rest of the package has them (times in epoch ms, ids as number) and columns as the table
 * has them (microseconds and longs as bigint).
 */

export function toBatch<Row extends object>({ columns }: TableSchema, rows: readonly Row[]): Batch {
  return {
    rowCount: rows.length,
    columns: Object.fromEntries(
      columns.map(({ name, type }): [string, Column] => {
        const values = rows.map((row) => row[name as keyof Row]);
        if (type === 'double') return [name, Float64Array.from(values as number[])];
        if (type === 'timestamp') return [name, BigInt64Array.from(values as number[], toMicros)];
        if (type === 'long') return [name, BigInt64Array.from(values as number[], BigInt)];
        return [name, values as Column];
      }),
    ),
  };
}

/** Rows of a batch that a Delta table's `read` gave, by the columns of its definition: times in epoch ms, ids as numbers. */
export function* toRows<Row>(
  { columns: schema }: Pick<TableSchema, 'columns'>,
  { rowCount, columns }: Batch,
): Generator<Row> {
  const fields = schema
    .filter(({ name }) => name in columns)
    .map(({ name, type }) => ({ name, type, column: columns[name]! }));
  for (let at = 0; at < rowCount; at++) {
    const row: Record<string, unknown> = {};
    for (const { name, type, column } of fields) {
      const value = column[at]!;
      row[name] = typeof value === 'bigint' ? (type === 'timestamp' ? toMs(value) : Number(value)) : value;
    }
    yield row as Row;
  }
}

function toMicros(ms: number): bigint {
  return BigInt(Math.round(ms * 1000));
}

/** The double nearest to the microsecond, as events carry it. */
function toMs(micros: bigint): number {
  return Number(micros) / 1000;
}

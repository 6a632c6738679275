import type { FileMetaData } from 'hyparquet';
import type { Add } from './actions.ts';
import { parseTimestamp, readPartitionValue } from './partition.ts';
import { physicalName } from './schema.ts';
import type { Bounds } from './skip.ts';
import type { Stats } from './stats.ts';
import type { Field, Value } from './types.ts';
import { fits } from './values.ts';

/** Statistics of an add action, `undefined` when it has none that can be read. */
export function readStats({ stats }: Add): Stats | undefined {
  if (!stats) return undefined;
  try {
    const parsed = JSON.parse(stats);
    return typeof parsed?.numRecords === 'number' ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** What the log knows of the columns of a data file. */
export function fileBounds(add: Add, fields: readonly Field[]): (column: string) => Bounds | undefined {
  const stats = readStats(add);
  return (column) => {
    const field = fields.find(({ name }) => name === column)!;
    const stored = physicalName(field);
    if (Object.hasOwn(add.partitionValues, stored))
      return partitionBounds(readPartitionValue(add.partitionValues[stored], field), field);
    if (!stats) return undefined;
    const nulls = stats.nullCount?.[stored];
    return {
      rows: stats.numRecords,
      ...(typeof nulls === 'number' ? { nulls } : {}),
      ...between(
        readBound(stats.minValues?.[stored], field, 'least'),
        readBound(stats.maxValues?.[stored], field, 'most'),
      ),
      floating: isFloating(field),
    };
  };
}

/** A partition's rows all have the one value. */
function partitionBounds(value: Value, field: Field): Bounds {
  if (value === null) return { nulls: 1, rows: 1 };
  return { nulls: 0, rows: 1, least: value, most: value, floating: isFloating(field) };
}

/** What the footer knows of the columns of one row group. */
export function groupBounds(
  { row_groups }: FileMetaData,
  index: number,
  fields: readonly Field[],
): (column: string) => Bounds | undefined {
  const group = row_groups[index]!;
  return (column) => {
    const field = fields.find(({ name }) => name === column)!;
    const stored = physicalName(field);
    const meta = group.columns.find(
      ({ meta_data }) => meta_data?.path_in_schema.length === 1 && meta_data.path_in_schema[0] === stored,
    )?.meta_data;
    if (!meta?.statistics) return undefined;
    const { min_value, max_value, null_count } = meta.statistics;
    const usable = (value: unknown) =>
      value !== undefined && fits(value as Value, field.type) ? (value as Value) : undefined;
    return {
      rows: Number(group.num_rows),
      ...(null_count === undefined ? {} : { nulls: Number(null_count) }),
      ...between(usable(min_value), usable(max_value)),
      floating: isFloating(field),
    };
  };
}

function between(least: Value | undefined, most: Value | undefined): Pick<Bounds, 'least' | 'most'> {
  return { ...(least === undefined ? {} : { least }), ...(most === undefined ? {} : { most }) };
}

function isFloating({ type }: Field): boolean {
  return type === 'double' || type === 'float';
}

/** A bound from its JSON form; what can not be trusted to the last digit is left out. */
function readBound(json: unknown, { type }: Field, side: 'least' | 'most'): Value | undefined {
  if (json === undefined || json === null) return undefined;
  if (type === 'long') return Number.isSafeInteger(json) ? BigInt(json as number) : undefined;
  if (type === 'timestamp' || type === 'timestamp_ntz') {
    const micros = typeof json === 'string' ? parseTimestamp(json) : undefined;
    // Cut down to the millisecond when it was written.
    return micros === undefined ? undefined : micros + (side === 'most' ? 999n : 0n);
  }
  return fits(json as Value, type) ? (json as Value) : undefined;
}

import type { DuckDBValue } from '@duckdb/node-api';
import type { SqlValue } from './result.ts';

/** DuckDB's value as the rest of the package has it. */
export function toValue(value: DuckDBValue): SqlValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if ('micros' in value && /^DuckDBTimestamp(TZ)?Value$/.test(value.constructor.name))
    return Number(value.micros) / 1000;
  if ('scale' in value) return value.toDouble();
  if ('items' in value) return [...value.items].map(toValue);
  if ('bytes' in value) return value.bytes;
  if ('entries' in value) {
    const { entries } = value;
    const pairs = Array.isArray(entries)
      ? entries.map(({ key, value: one }) => [String(toValue(key)), toValue(one)] as const)
      : Object.entries(entries).map(([key, one]) => [key, toValue(one as DuckDBValue)] as const);
    return Object.fromEntries(pairs);
  }
  return String(value);
}

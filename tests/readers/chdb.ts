import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fromUnscaled, toUnscaled } from '../../src/store/delta/decimal.ts';
import type { Field } from '../../src/store/delta/index.ts';
import { decimalOf } from '../../src/store/delta/schema.ts';
import type { Reader } from './reader.ts';

/** ClickHouse in a process, which reads Delta tables with the Delta kernel. */
export async function chdb(packages: string): Promise<Reader> {
  const load = createRequire(join(resolve(packages), 'package.json'));
  const { query } = load('chdb') as { query(sql: string, format: string): string };
  return {
    name: 'chdb',
    adls: false,
    faults: {},
    // It has no array, map or struct that is null.
    reads: ({ type }) => typeof type === 'string',
    async rows(location, version, fields) {
      const columns = fields.map((field, at) => `${text(field)} AS c${at}`).join(', ');
      const path = location.replaceAll("'", "\\'");
      // Only from the root are absolute paths what they say.
      const here = process.cwd();
      process.chdir('/');
      try {
        const answer = query(
          `SELECT ${columns} FROM deltaLakeLocal('${path}') SETTINGS delta_lake_snapshot_version = ${version}`,
          'JSONCompactEachRow',
        );
        return answer
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.stringify(fields.map((field, at) => form(JSON.parse(line)[at], field))))
          .sort();
      } finally {
        process.chdir(here);
      }
    },
    async close() {},
  };
}

/** An expression that gives the column's value as a text which loses nothing. */
function text({ name, type }: Field): string {
  const column = `\`${name.replaceAll('`', '\\`')}\``;
  switch (type) {
    case 'double':
    case 'float': {
      const bytes = `reinterpretAsUInt64(toFloat64(assumeNotNull(${column})))`;
      return `multiIf(isNull(${column}), NULL, isNaN(${column}), 'NaN', leftPad(lower(hex(${bytes})), 16, '0'))`;
    }
    case 'binary':
      return `lower(hex(${column}))`;
    case 'timestamp':
    case 'timestamp_ntz':
      return `toString(toUnixTimestamp64Micro(${column}))`;
    case 'boolean':
      return column;
    default:
      return `toString(${column})`;
  }
}

/** It leaves out the zeros at the end of a decimal. */
function form(value: string | boolean | null, { type }: Field): unknown {
  const decimal = decimalOf(type);
  if (value === null || !decimal) return value;
  return fromUnscaled(toUnscaled(value, decimal)!, decimal.scale);
}

import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Field } from '../../src/store/delta/index.ts';
import { loadSnapshot } from '../../src/store/delta/load.ts';
import { dataPath, readPartitionValue } from '../../src/store/delta/partition.ts';
import { localFiles } from '../../src/store/files/index.ts';
import { bits, canonical } from './canonical.ts';
import type { Reader } from './reader.ts';

/**
 * DuckDB, which without extensions from the network knows Parquet and not Delta: it reads the data files that the
 * log names, each by itself, and the values of partitions come from the log.
 */
export async function duckdb(packages: string): Promise<Reader> {
  const { DuckDBInstance } = createRequire(join(packages, 'package.json'))('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  return {
    name: 'DuckDB',
    adls: false,
    faults: {},
    reads: () => true,
    async rows(location, version, fields) {
      const { metadata, files } = (await loadSnapshot(localFiles(location), version))!;
      const found: string[] = [];
      for (const add of files.values()) {
        const path = `${location}/${dataPath(add.path)}`.replaceAll("'", "''");
        const reader = await connection.runAndReadAll(
          `SELECT * FROM read_parquet('${path}', hive_partitioning = false)`,
        );
        const names: string[] = reader.columnNames();
        for (const row of reader.getRows()) {
          const value = ({ name, type }: Field) => {
            if (metadata.partitionColumns.includes(name))
              return canonical(readPartitionValue(add.partitionValues[name], { name, type } as Field), type);
            const at = names.indexOf(name);
            return at < 0 ? null : form(row[at], type);
          };
          found.push(JSON.stringify(fields.map(value)));
        }
      }
      return found.sort();
    },
    async close() {
      connection.closeSync();
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: values of a package that is installed later
function form(value: any, type: Field['type']): unknown {
  if (value === null || value === undefined) return null;
  if (typeof type !== 'string') {
    if (type.type === 'array') return value.items.map((inner: unknown) => form(inner, type.elementType));
    if (type.type === 'struct')
      return type.fields.map((field) => form(value.entries[field.name], field.type));
    return value.entries
      .map(({ key, value: inner }: { key: unknown; value: unknown }) => [
        String(form(key, type.keyType)),
        form(inner, type.valueType),
      ])
      .sort(([a]: [string], [b]: [string]) => (a < b ? -1 : 1));
  }
  switch (type) {
    case 'double':
    case 'float':
      return bits(value);
    case 'boolean':
      return value;
    case 'binary':
      return Buffer.from(value.bytes).toString('hex');
    case 'date':
      return new Date(value.days * 86_400_000).toISOString().slice(0, 10);
    case 'timestamp':
    case 'timestamp_ntz':
      return String(value.micros);
    default:
      return String(value);
  }
}

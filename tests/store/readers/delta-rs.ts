import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('delta_rs.py', import.meta.url));

/** What delta-rs says of a table; times are UTC with microseconds and no zone. */
export interface Seen {
  version: number;
  name: string;
  description: string;
  configuration: Record<string, string>;
  partitionColumns: string[];
  protocol: [reader: number, writer: number];
  schema: { name: string; type: string; nullable: boolean }[];
  arrow: Record<string, string>;
  files: number;
  operations: string[];
  rows: Record<string, unknown>[];
}

export async function readWithDeltaRs(
  python: string,
  table: string,
  version?: number,
  storageOptions: Record<string, string> = {},
): Promise<Seen> {
  const args = [
    script,
    table,
    version === undefined ? 'newest' : String(version),
    JSON.stringify(storageOptions),
  ];
  const { stdout } = await promisify(execFile)(python, args, { maxBuffer: 2 ** 30 });
  return JSON.parse(stdout);
}

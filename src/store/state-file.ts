import type { DataSource } from '../market/index.ts';
import { below, openFiles } from './files/index.ts';

/** A small text that outlives the process, beside the tables. */
export interface StateFile {
  readonly location: string;
  /** `undefined` before the first write. @throws CandlebookError ACCESS_DENIED */
  read(): Promise<string | undefined>;
  /** Replaces it whole. @throws CandlebookError TABLE_UNWRITABLE */
  write(text: string): Promise<void>;
}

/**
 * `<location>/<source>/state/<name>`, on local disk or ADLS Gen2 as the tables are.
 * @throws CandlebookError ACCESS_DENIED, INPUT_INVALID
 */
export async function openStateFile(location: string, source: DataSource, name: string): Promise<StateFile> {
  const files = await openFiles(below(location, source, 'state'));
  return {
    location: `${files.location}/${name}`,
    read: async () => {
      const bytes = await files.read(name);
      return bytes && new TextDecoder().decode(bytes);
    },
    write: (text) => files.write(name, new TextEncoder().encode(text)),
  };
}

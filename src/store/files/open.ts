import { fileURLToPath } from 'node:url';
import { CandlebookError } from '../../market/index.ts';
import { adlsFiles } from './adls.ts';
import { adlsAccess } from './adls-client.ts';
import type { Files } from './files.ts';
import { localFiles } from './local.ts';

/**
 * The storage behind a table location of the settings: a folder, a `file:` address, or
 * `abfss://container@account.dfs.core.windows.net/path` with credentials from the environment.
 */
export async function openFiles(location: string): Promise<Files> {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(location)?.[1]?.toLowerCase();
  if (scheme === undefined) return localFiles(location);
  if (scheme === 'file') return localFiles(fileURLToPath(location));
  if (scheme === 'abfss') return adlsFiles(adlsAccess(location));
  throw new CandlebookError('INPUT_INVALID', `Tables can not be kept at ${scheme}:// addresses.`, {
    value: scheme,
    hint: 'Use a folder, or abfss://container@account.dfs.core.windows.net/path.',
  });
}

/** A place below a location; no part may lead out of it. */
export function below(location: string, ...parts: string[]): string {
  return [location.replace(/\/+$/, '') || '/', ...parts].join('/').replace(/^\/\//, '/');
}

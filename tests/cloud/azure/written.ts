import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { writeCloudFiles } from '../../../src/cloud/files.ts';
import { type BicepFile, readBicep } from './bicep.ts';

export interface Written {
  /** Where a user would have them. */
  readonly folder: string;
  /** Bicep files by their path in it, with slashes. */
  readonly files: ReadonlyMap<string, BicepFile>;
}

/** The Azure files as `candlebook cloud files` writes them, in a folder that the caller removes. */
export function writtenBicep(python: string): Written {
  const to = mkdtempSync(join(tmpdir(), 'candlebook-azure-'));
  const paths = writeCloudFiles({ to, names: ['azure'] }).filter((path) => /\.bicep(param)?$/.test(path));
  const folder = join(to, 'azure');
  const files = [...readBicep(python, paths)].map(
    ([path, file]) => [relative(folder, path).replaceAll('\\', '/'), file] as const,
  );
  return { folder, files: new Map(files) };
}

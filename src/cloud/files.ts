import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CandlebookError } from '../market/index.ts';

interface FileSet {
  readonly folder: string;
  readonly about: string;
  /** Files of other folders that belong to it too: where they go, and where they lie. */
  readonly also?: Readonly<Record<string, string>>;
}

/** Folders of this one whose files are for other engines, by what they are called on the command line. */
const FOLDERS = {
  pipeline: {
    folder: 'pipeline',
    about: 'the Spark declarative pipeline, for Databricks and open-source Spark',
  },
  bundle: { folder: 'databricks/bundle', about: 'the Databricks bundle that deploys the pipeline' },
  azure: {
    folder: 'azure',
    about: 'the Azure resources, as Bicep',
    also: {
      'telemetry/azure-alert-rules.json': '../telemetry/definitions/azure-alert-rules.json',
      'telemetry/azure-workbook.json': '../telemetry/definitions/azure-workbook.json',
    },
  },
  'power-bi': { folder: 'power-bi', about: 'the Power BI model over the gold tables' },
} as const satisfies Record<string, FileSet>;

export type CloudFiles = keyof typeof FOLDERS;

/** What the package carries, with a word on each. */
export function offeredCloudFiles(): { readonly name: CloudFiles; readonly about: string }[] {
  return (Object.keys(FOLDERS) as CloudFiles[])
    .filter((name) => filesOf(name).length > 0)
    .map((name) => ({ name, about: FOLDERS[name].about }));
}

/** Our own code beside the files, as source and as built, and what Python leaves behind. */
const OWN = /\.(?:ts|js|map)$|(?:^|[\\/])__pycache__(?:[\\/]|$)/;

function filesOf(name: CloudFiles): string[] {
  try {
    return readdirSync(placeOf(name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(placeOf(name).length))
      .filter((path) => !OWN.test(path))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const placeOf = (name: CloudFiles) => fileURLToPath(new URL(`./${FOLDERS[name].folder}/`, import.meta.url));

export interface WriteCloudFilesOptions {
  /** Folder in which each set of files gets a folder of its name, beside one another: they refer to each other. */
  readonly to: string;
  /** Default: all that the package carries. */
  readonly names?: readonly CloudFiles[];
  /** Write over files that say something else. Default false. */
  readonly force?: boolean;
}

/**
 * Writes the files for other engines out of the package. Files that are there with the same text are left alone.
 * @returns the paths of those that were written
 * @throws CandlebookError INPUT_INVALID, before anything is written, on a file that says something else; on a folder
 *   that can not be written
 */
export function writeCloudFiles({ to, names, force = false }: WriteCloudFilesOptions): string[] {
  const wanted = names?.length ? names : offeredCloudFiles().map(({ name }) => name);
  const files = wanted.flatMap((name) => {
    const set: FileSet = FOLDERS[name];
    const from = new Map(filesOf(name).map((path) => [path, placeOf(name) + path]));
    for (const [path, place] of Object.entries(set.also ?? {}))
      from.set(path, fileURLToPath(new URL(place, import.meta.url)));
    return [...from].map(([path, place]) => ({ path: resolve(to, name, path), bytes: readFileSync(place) }));
  });
  const there = files.map(({ path }) => written(path, readIfThere));
  const others = files.filter(({ bytes }, i) => there[i] && !there[i].equals(bytes));
  if (others.length > 0 && !force)
    throw new CandlebookError(
      'INPUT_INVALID',
      `${others.length === 1 ? 'A file is there already and differs' : `${others.length} files are there already and differ`}: ${others
        .slice(0, 5)
        .map(({ path }) => path)
        .join(', ')}${others.length > 5 ? ', …' : ''}.`,
      { value: others[0]!.path, hint: 'Name another folder, or write over them with --force (force: true).' },
    );
  const due = files.filter(({ bytes }, i) => !there[i]?.equals(bytes));
  for (const { path, bytes } of due) {
    written(path, () => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    });
  }
  return due.map(({ path }) => path);
}

/** @throws CandlebookError INPUT_INVALID where the system refuses */
function written<T>(path: string, work: (path: string) => T): T {
  try {
    return work(path);
  } catch (cause) {
    throw new CandlebookError('INPUT_INVALID', `${path} can not be written: ${(cause as Error).message}.`, {
      value: path,
      hint: 'Name a folder that can be written and has room.',
      cause,
    });
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

import { CandlebookError } from '../../market/index.ts';
import type { FileInfo, Files } from '../files/index.ts';
import type { Action } from './actions.ts';
import { LOG, readCommit } from './commit-file.ts';
import { openParquet } from './parquet-read.ts';
import type { Field } from './types.ts';

/** A complete checkpoint, in one file or in parts. */
export interface Checkpoint {
  readonly version: number;
  readonly files: readonly FileInfo[];
}

const FORM = /^_delta_log\/(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10})|\.[0-9a-f-]{36})?\.(?:parquet|json)$/;

/** The complete checkpoints among the files of a log; one with a part missing is none. */
export function findCheckpoints(listed: readonly FileInfo[]): Checkpoint[] {
  const found: Checkpoint[] = [];
  const parts = new Map<string, FileInfo[]>();
  for (const file of listed) {
    const match = FORM.exec(file.path);
    if (!match) continue;
    const [, version, part, of] = match;
    if (part === undefined) {
      found.push({ version: Number(version), files: [file] });
      continue;
    }
    const key = `${version}.${of}`;
    const together = [...(parts.get(key) ?? []), file];
    parts.set(key, together);
    if (together.length === Number(of)) found.push({ version: Number(version), files: together });
  }
  return found;
}

/**
 * The actions of a checkpoint, those of its sidecars included.
 *
 * @param expectedAdds how many files it is to hold, where that is known
 * @throws CandlebookError TABLE_INVALID when it is damaged or not whole
 */
export async function readCheckpoint(
  files: Files,
  checkpoint: Checkpoint,
  expectedAdds?: number,
): Promise<Action[]> {
  const actions: Action[] = [];
  for (const file of checkpoint.files) {
    for (const action of await readFile(files, file)) {
      if (action.sidecar) actions.push(...(await readSidecar(files, action.sidecar)));
      else actions.push(action);
    }
  }
  const adds = new Set(actions.flatMap(({ add }) => add?.path ?? [])).size;
  if (!actions.some(({ protocol }) => protocol) || !actions.some(({ metaData }) => metaData)) {
    throw notWhole(files, checkpoint, 'has no protocol or no metaData');
  }
  if (expectedAdds !== undefined && adds !== expectedAdds) {
    throw notWhole(files, checkpoint, `holds ${adds} files, and its writer counted ${expectedAdds}`);
  }
  return actions;
}

function notWhole(files: Files, { version, files: [first] }: Checkpoint, what: string): CandlebookError {
  return new CandlebookError('TABLE_INVALID', `The checkpoint ${files.location}/${first!.path} ${what}.`, {
    value: version,
    hint: 'Delete it: the table is read from the commits before it.',
  });
}

interface Sidecar {
  readonly path: string;
  readonly sizeInBytes: number;
}

type CheckpointAction = Action & { readonly sidecar?: Sidecar };

async function readFile(files: Files, { path, size }: FileInfo): Promise<CheckpointAction[]> {
  if (!path.endsWith('.json')) return readRows(files, path, size);
  const bytes = await files.read(path);
  return bytes ? readCommit(bytes, path) : [];
}

function readSidecar(files: Files, { path, sizeInBytes }: Sidecar): Promise<Action[]> {
  return readRows(files, path.includes('/') ? path : `${LOG}/_sidecars/${path}`, sizeInBytes);
}

const COLUMNS = ['txn', 'add', 'remove', 'metaData', 'protocol', 'domainMetadata', 'sidecar'];

async function readRows(files: Files, path: string, size: number): Promise<CheckpointAction[]> {
  const parquet = await openParquet(files, path, size, { immutable: false });
  const fields = COLUMNS.map((name): Field => ({ name, type: 'string', nullable: true, metadata: {} }));
  const actions: CheckpointAction[] = [];
  for (const index of parquet.metadata.row_groups.keys()) {
    const { rowCount, columns } = await parquet.readGroup(index, fields);
    for (let row = 0; row < rowCount; row++) {
      for (const name of COLUMNS) {
        const value = columns[name]![row];
        if (value) actions.push({ [name]: plain(value as Record<string, unknown>, name) });
      }
    }
  }
  return actions;
}

/** As the same action looks in a commit: numbers for longs, nothing for null, maps and lists where they are required. */
function plain(value: Record<string, unknown>, name: string): Record<string, unknown> {
  const action: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null || inner === undefined || key.endsWith('_parsed')) continue;
    if (key === 'deletionVector') action[key] = plain(inner as Record<string, unknown>, key);
    else action[key] = typeof inner === 'bigint' ? Number(inner) : inner;
  }
  if (name === 'add') action.partitionValues ??= {};
  if (name === 'metaData') {
    action.partitionColumns ??= [];
    action.configuration ??= {};
    action.format = { options: {}, ...(action.format as object) };
  }
  return action;
}

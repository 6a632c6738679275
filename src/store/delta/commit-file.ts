import { CandlebookError } from '../../market/index.ts';
import type { Action } from './actions.ts';

export const LOG = '_delta_log';

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

export function versionName(version: number): string {
  return String(version).padStart(20, '0');
}

export function commitPath(version: number): string {
  return `${LOG}/${versionName(version)}.json`;
}

export function writeCommit(actions: readonly Action[]): Uint8Array {
  return encoder.encode(`${actions.map((action) => JSON.stringify(action)).join('\n')}\n`);
}

/** The actions of a commit. @throws CandlebookError TABLE_INVALID naming the file and the line */
export function readCommit(bytes: Uint8Array, path: string): Action[] {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (cause) {
    throw damaged(path, undefined, 'it is not UTF-8 text', cause);
  }
  const actions: Action[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    actions.push(readAction(line, path, index + 1));
  }
  if (actions.length === 0) throw damaged(path, undefined, 'it is empty');
  return actions;
}

function readAction(line: string, path: string, number: number): Action {
  let action: Action;
  try {
    action = JSON.parse(line);
  } catch (cause) {
    throw damaged(path, number, 'it is not JSON', cause);
  }
  if (typeof action !== 'object' || action === null || Array.isArray(action)) {
    throw damaged(path, number, 'it is not a JSON object');
  }
  const missing = missingField(action);
  if (missing) throw damaged(path, number, `${missing} is missing or of a wrong type`);
  return action;
}

/** Path of a required field that is absent, or `undefined`. */
function missingField({ protocol, metaData, add, remove, txn }: Action): string | undefined {
  if (protocol) {
    if (!Number.isInteger(protocol.minReaderVersion)) return 'protocol.minReaderVersion';
    if (!Number.isInteger(protocol.minWriterVersion)) return 'protocol.minWriterVersion';
  }
  if (metaData) {
    if (typeof metaData.schemaString !== 'string') return 'metaData.schemaString';
    if (!Array.isArray(metaData.partitionColumns)) return 'metaData.partitionColumns';
  }
  if (add) {
    if (typeof add.path !== 'string') return 'add.path';
    if (typeof add.size !== 'number') return 'add.size';
    if (typeof add.partitionValues !== 'object' || add.partitionValues === null) return 'add.partitionValues';
  }
  if (remove && typeof remove.path !== 'string') return 'remove.path';
  if (txn) {
    if (typeof txn.appId !== 'string') return 'txn.appId';
    if (typeof txn.version !== 'number') return 'txn.version';
  }
  return undefined;
}

function damaged(path: string, line: number | undefined, what: string, cause?: unknown): CandlebookError {
  const where = line === undefined ? path : `${path}, line ${line}`;
  return new CandlebookError('TABLE_INVALID', `The table's log is damaged at ${where}: ${what}.`, {
    value: where,
    hint: 'Restore the file from a backup, or move the table away and let a new one be made.',
    ...(cause === undefined ? {} : { cause }),
  });
}

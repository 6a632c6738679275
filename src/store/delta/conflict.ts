import type { Action, Add } from './actions.ts';
import { dataPath } from './partition.ts';
import type { Commit } from './snapshot.ts';

/** Why two transactions can not both be, by the names of the protocol. */
export type ConflictKind =
  | 'ConcurrentAppend'
  | 'ConcurrentDeleteRead'
  | 'ConcurrentDeleteDelete'
  | 'MetadataChanged'
  | 'ProtocolChanged'
  | 'ConcurrentTransaction';

export interface Conflict {
  readonly conflict: ConflictKind;
  /** Version of the commit that was there first. */
  readonly version: number;
}

/** What a transaction looked at before it decided what to do. */
export interface Reads {
  /** Would a file that somebody adds now have mattered? */
  matters(add: Add): boolean;
  /** Paths (as the log writes them) that were read. */
  readonly paths: ReadonlySet<string>;
}

/** An append that looked at nothing. */
export const BLIND: Reads = { matters: () => false, paths: new Set() };

/** Holds actions that are about to be committed against a commit that came first. */
export function findConflict(actions: readonly Action[], reads: Reads, winner: Commit): Conflict | undefined {
  const conflict = (kind: ConflictKind): Conflict => ({ conflict: kind, version: winner.version });
  const removes = new Set(actions.flatMap(({ remove }) => (remove ? dataPath(remove.path) : [])));
  const read = new Set([...reads.paths].map(dataPath));
  const appIds = new Set(actions.flatMap(({ txn }) => txn?.appId ?? []));
  for (const { protocol, metaData, add, remove, txn } of winner.actions) {
    if (protocol) return conflict('ProtocolChanged');
    if (metaData) return conflict('MetadataChanged');
    if (txn && appIds.has(txn.appId)) return conflict('ConcurrentTransaction');
    if (remove && removes.has(dataPath(remove.path))) return conflict('ConcurrentDeleteDelete');
    if (remove && read.has(dataPath(remove.path))) return conflict('ConcurrentDeleteRead');
    if (add?.dataChange && reads.matters(add)) return conflict('ConcurrentAppend');
  }
  return undefined;
}

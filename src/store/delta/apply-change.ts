import { CandlebookError } from '../../market/index.ts';
import type { Add, Remove } from './actions.ts';
import { fileBounds } from './bounds.ts';
import { type Committed, commit, type Transaction } from './commit.ts';
import type { Reads } from './conflict.ts';
import type { Expression } from './expression.ts';
import type { Log } from './log.ts';
import { dataPath } from './partition.ts';
import { mayMatch } from './skip.ts';
import type { Snapshot } from './snapshot.ts';

const MOST_ATTEMPTS = 20;

/** What a change to the rows of a table comes to: files that go, files that come, and what it looked at. */
export interface Planned {
  readonly removed: readonly Add[];
  readonly added: readonly Add[];
  readonly reads: Reads;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface Changed extends Committed {
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Works a change out on the newest state and commits it; works it out anew when somebody else's commit changed
 * what it looked at.
 *
 * @param plan `undefined` when there is nothing to do
 * @returns `undefined` when there was nothing to do
 */
export async function change(
  log: Log,
  operation: Pick<Transaction, 'operation' | 'parameters'> & { readonly dataChange?: boolean },
  plan: (snapshot: Snapshot) => Promise<Planned | undefined>,
): Promise<Changed | undefined> {
  const { dataChange = true, ...described } = operation;
  for (let tried = 1; ; tried++) {
    const read = await log.refresh();
    const planned = await plan(read);
    if (!planned) return undefined;
    const { removed, added, reads, metrics } = planned;
    const now = Date.now();
    const outcome = await commit(log, {
      ...described,
      read,
      reads,
      metrics,
      actions: [
        ...removed.map((add) => ({ remove: removeOf(add, now, dataChange) })),
        ...added.map((add) => ({ add: { ...add, dataChange } })),
      ],
    });
    if (!('conflict' in outcome)) return { ...outcome, metrics };
    await Promise.all(added.map(({ path }) => log.files.delete(dataPath(path))));
    if (tried === MOST_ATTEMPTS) {
      throw new CandlebookError(
        'TABLE_CONFLICT',
        `${operation.operation} at ${log.files.location} was overtaken ${tried} times, last by version ${outcome.version} (${outcome.conflict}).`,
        { value: outcome, hint: 'Nothing was changed: do it when fewer others write.' },
      );
    }
  }
}

function removeOf(
  { path, partitionValues, size }: Add,
  deletionTimestamp: number,
  dataChange: boolean,
): Remove {
  return { path, deletionTimestamp, dataChange, extendedFileMetadata: true, partitionValues, size };
}

/** A change that looked at some files, and to which any new file that may hold such rows would have mattered. */
export function looked(files: readonly Add[], { fields }: Snapshot, where: Expression | undefined): Reads {
  return {
    paths: new Set(files.map(({ path }) => path)),
    matters: (add) => where === undefined || mayMatch(where, fileBounds(add, fields)),
  };
}

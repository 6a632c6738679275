import type { Files } from '../files/index.ts';
import type { Add } from './actions.ts';
import { type Changed, change, looked, type Planned } from './apply-change.ts';
import { fileBounds, readStats } from './bounds.ts';
import { type Expression, matchingRows } from './expression.ts';
import { type Filter, toExpression } from './filter.ts';
import type { Log } from './log.ts';
import { withoutRows } from './rewrite.ts';
import { mayMatch, mustMatch } from './skip.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Deletes the rows for which the filter is true. Files whose every row is meant go whole, others are written
 * again without those rows.
 *
 * @returns `undefined` when there were none
 */
export async function deleteRows(log: Log, where: Filter): Promise<Changed | undefined> {
  const predicate = JSON.stringify(where, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  return change(log, { operation: 'DELETE', parameters: { predicate } }, async (snapshot) => {
    const planned = await planDelete(log.files, snapshot, toExpression(where, snapshot.fields));
    return planned.removed.length > 0 ? planned : undefined;
  });
}

export async function planDelete(files: Files, snapshot: Snapshot, where: Expression): Promise<Planned> {
  const candidates = [...snapshot.files.values()].filter((add) =>
    mayMatch(where, fileBounds(add, snapshot.fields)),
  );
  const removed: Add[] = [];
  const added: Add[] = [];
  let numDeletedRows = 0;
  for (const add of candidates) {
    const rows = readStats(add)?.numRecords;
    if (rows !== undefined && mustMatch(where, fileBounds(add, snapshot.fields))) {
      removed.push(add);
      numDeletedRows += rows;
      continue;
    }
    const rest = await withoutRows(files, snapshot, add, (batch) => matchingRows(where, batch));
    if (rest.gone === 0) continue;
    removed.push(add);
    added.push(...rest.added);
    numDeletedRows += rest.gone;
  }
  return {
    removed,
    added,
    reads: looked(candidates, snapshot, where),
    metrics: { numRemovedFiles: removed.length, numAddedFiles: added.length, numDeletedRows },
  };
}

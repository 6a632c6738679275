import { CandlebookError } from '../../market/index.ts';
import { type Changed, change, looked } from './apply-change.ts';
import { planDelete } from './delete.ts';
import { matchingRows } from './expression.ts';
import { type Filter, toExpression } from './filter.ts';
import type { Log } from './log.ts';
import { stage } from './stage.ts';
import type { Batch } from './types.ts';
import { conform } from './values.ts';

/**
 * Puts rows in the place of the table's, or of those that the filter means. In one commit: no reader sees the
 * table without either.
 *
 * @throws CandlebookError SCHEMA_MISMATCH when a new row is not among those that the filter means
 */
export async function overwrite(log: Log, batch: Batch, where?: Filter): Promise<Changed> {
  const parameters = { mode: 'Overwrite', ...(where ? { predicate: JSON.stringify(where) } : {}) };
  const done = await change(log, { operation: 'WRITE', parameters }, async (snapshot) => {
    const expression = where && toExpression(where, snapshot.fields);
    if (expression) {
      const meant = matchingRows(expression, conform(batch, snapshot.fields)).length;
      if (meant < batch.rowCount) throw outside(batch.rowCount - meant, where);
    }
    const all = [...snapshot.files.values()];
    const { removed, added } = expression
      ? await planDelete(log.files, snapshot, expression)
      : { removed: all, added: [] };
    const fresh = batch.rowCount > 0 ? await stage(log.files, snapshot, batch) : [];
    return {
      removed,
      added: [...added, ...fresh],
      reads: looked(removed, snapshot, expression),
      metrics: { numFiles: fresh.length, numOutputRows: batch.rowCount, numRemovedFiles: removed.length },
    };
  });
  return done!;
}

function outside(rows: number, where: Filter | undefined): CandlebookError {
  return new CandlebookError(
    'SCHEMA_MISMATCH',
    `${rows} of the new rows are not among those that are to be replaced.`,
    {
      value: where,
      hint: 'Widen the filter, or leave those rows out. Nothing was written.',
    },
  );
}

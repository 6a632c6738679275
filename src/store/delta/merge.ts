import { CandlebookError } from '../../market/index.ts';
import type { Add } from './actions.ts';
import { type Changed, change, looked } from './apply-change.ts';
import { fileBounds } from './bounds.ts';
import { type Expression, take } from './expression.ts';
import type { Log } from './log.ts';
import { withoutRows } from './rewrite.ts';
import { mayMatch } from './skip.ts';
import { stage } from './stage.ts';
import type { Batch, Field, Value } from './types.ts';
import { conform, orderOf } from './values.ts';

export interface MergeOptions {
  /** Columns that together name a row. */
  readonly on: readonly string[];
  /** What happens to a row that is there already: replaced (the default), or kept as it is. */
  readonly whenMatched?: 'update' | 'ignore';
}

/**
 * Brings rows in by key: new ones are added, known ones replaced (or kept). A row with a null in its key is
 * always new.
 *
 * @returns `undefined` when nothing had to be done
 * @throws CandlebookError INPUT_INVALID when two of the rows have the same key, or a key column is not there
 */
export async function merge(
  log: Log,
  batch: Batch,
  { on, whenMatched = 'update' }: MergeOptions,
): Promise<Changed | undefined> {
  const parameters = { matchedPredicates: whenMatched, on: JSON.stringify(on) };
  return change(log, { operation: 'MERGE', parameters }, async (snapshot) => {
    const source = conform(batch, snapshot.fields);
    checkColumns(on, source);
    const wanted = keysOf(source, on);
    const where = within(source, on, snapshot.fields);
    const candidates = [...snapshot.files.values()].filter((add) =>
      mayMatch(where, fileBounds(add, snapshot.fields)),
    );
    const removed: Add[] = [];
    const added: Add[] = [];
    const known = new Set<string>();
    for (const add of candidates) {
      const rest = await withoutRows(log.files, snapshot, add, (target) => {
        const matched = matches(target, on, wanted, known);
        return whenMatched === 'update' ? matched : [];
      });
      if (rest.gone === 0) continue;
      removed.push(add);
      added.push(...rest.added);
    }
    const fresh = whenMatched === 'update' ? source : take(source, unknownRows(source, wanted, known));
    if (fresh.rowCount === 0) return undefined;
    const numTargetRowsUpdated = whenMatched === 'update' ? known.size : 0;
    return {
      removed,
      added: [...added, ...(await stage(log.files, snapshot, fresh))],
      reads: looked(candidates, snapshot, where),
      metrics: { numTargetRowsInserted: fresh.rowCount - numTargetRowsUpdated, numTargetRowsUpdated },
    };
  });
}

function checkColumns(on: readonly string[], { columns }: Batch): void {
  const strange = on.find((name) => !(name in columns));
  if (on.length > 0 && strange === undefined) return;
  throw new CandlebookError(
    'INPUT_INVALID',
    `The rows are to be merged on ${on.join(', ') || 'no column'}.`,
    {
      value: strange,
      hint: `The table's columns are ${Object.keys(columns).join(', ')}.`,
    },
  );
}

/** A key as text, `undefined` where a part of it is null. */
function keyOf({ columns }: Batch, on: readonly string[], row: number): string | undefined {
  const parts: unknown[] = [];
  for (const name of on) {
    const value = columns[name]![row]!;
    if (value === null) return undefined;
    parts.push(value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value);
  }
  return JSON.stringify(parts, (_, value) =>
    typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))
      ? String(value)
      : value,
  );
}

function keysOf(source: Batch, on: readonly string[]): Map<string, number> {
  const keys = new Map<string, number>();
  for (let row = 0; row < source.rowCount; row++) {
    const key = keyOf(source, on, row);
    if (key === undefined) continue;
    if (keys.has(key)) {
      throw new CandlebookError(
        'INPUT_INVALID',
        `Rows ${keys.get(key)} and ${row} have the same key ${key}.`,
        {
          value: key,
          hint: 'Keep one of them. Nothing was written.',
        },
      );
    }
    keys.set(key, row);
  }
  return keys;
}

/** Rows of the table that have one of the keys; each key that is found is noted. */
function matches(
  target: Batch,
  on: readonly string[],
  wanted: ReadonlyMap<string, number>,
  known: Set<string>,
): number[] {
  const rows: number[] = [];
  for (let row = 0; row < target.rowCount; row++) {
    const key = keyOf(target, on, row);
    if (key === undefined || !wanted.has(key)) continue;
    known.add(key);
    rows.push(row);
  }
  return rows;
}

function unknownRows(
  source: Batch,
  wanted: ReadonlyMap<string, number>,
  known: ReadonlySet<string>,
): number[] {
  const matched = new Set([...known].map((key) => wanted.get(key)));
  return Array.from({ length: source.rowCount }, (_, row) => row).filter((row) => !matched.has(row));
}

/** Where the keys can lie at all: between the least and the most of each column. */
function within({ rowCount, columns }: Batch, on: readonly string[], fields: readonly Field[]): Expression {
  const of = on.flatMap((column): Expression[] => {
    const order = orderOf(fields.find(({ name }) => name === column)!.type);
    let least: Value = null;
    let most: Value = null;
    for (let row = 0; row < rowCount; row++) {
      const value = columns[column]![row]!;
      if (value === null) continue;
      if (least === null || order(value, least) < 0) least = value;
      if (most === null || order(value, most) > 0) most = value;
    }
    if (least === null) return [];
    return [
      { kind: 'compare', op: 'gte', column, value: least, order },
      { kind: 'compare', op: 'lte', column, value: most, order },
    ];
  });
  return { kind: 'and', of };
}

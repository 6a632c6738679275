/** How one column of two tables differs. */
export interface Difference {
  readonly column: string;
  /** Rows that both have. */
  readonly compared: number;
  /** Rows of the second that the first lacks, and those that it has beyond. */
  readonly missing: number;
  readonly more: number;
  /** The largest distance of two numbers, and as a part of the greater one; 0 where all are equal. */
  readonly largest: number;
  readonly relative: number;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Compares rows of two makers by their key, column by column: numbers by their distance, what is null in one alone as
 * infinitely far.
 */
export function differences(
  found: readonly Row[],
  expected: readonly Row[],
  { key, columns }: { readonly key: readonly string[]; readonly columns: readonly string[] },
): Difference[] {
  const keyOf = (row: Row) => key.map((name) => String(row[name])).join(' ');
  const byKey = new Map(found.map((row) => [keyOf(row), row]));
  const pairs = expected.flatMap((row) => {
    const other = byKey.get(keyOf(row));
    return other ? [[other, row] as const] : [];
  });
  const [compared, missing] = [pairs.length, expected.length - pairs.length];
  const more = byKey.size - new Set(pairs.map(([row]) => keyOf(row))).size;
  return columns.map((column) => {
    let [largest, relative] = [0, 0];
    for (const [a, b] of pairs) {
      const distance = distanceOf(a[column], b[column]);
      largest = Math.max(largest, distance);
      if (distance > 0)
        relative = Math.max(
          relative,
          distance / Math.max(Math.abs(Number(a[column])), Math.abs(Number(b[column]))),
        );
    }
    return { column, compared, missing, more, largest, relative };
  });
}

function distanceOf(a: unknown, b: unknown): number {
  if (a === b) return 0;
  const distance = typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) : Number.NaN;
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}

import { picked } from './columns.ts';
import type { Batch, Column, Value } from './types.ts';
import { compareValues, type Order } from './values.ts';

export type ComparisonOperator = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte';

/** A condition on one row, with SQL's three truth values: true, false, and null for unknown. */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'isNull'; readonly column: string }
  | {
      readonly kind: 'compareColumns';
      readonly op: ComparisonOperator;
      readonly left: string;
      readonly right: string;
      readonly order?: Order;
    }
  | {
      readonly kind: 'compare';
      readonly op: ComparisonOperator;
      readonly column: string;
      readonly value: Value;
      /** Of the column's type; where it is left out, that of everything but decimals. */
      readonly order?: Order;
    };

/** Columns that the condition looks at. */
export function columnsOf(expression: Expression): Set<string> {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return new Set(expression.of.flatMap((one) => [...columnsOf(one)]));
    case 'not':
      return columnsOf(expression.of);
    case 'compareColumns':
      return new Set([expression.left, expression.right]);
    default:
      return new Set([expression.column]);
  }
}

type Test = (row: number) => boolean | null;

/** The condition over the rows of one batch, which holds the columns that it looks at. */
export function compile(expression: Expression, { columns }: Batch): Test {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return combine(
        expression.of.map((one) => compile(one, { rowCount: 0, columns })),
        expression.kind === 'or',
      );
    case 'not': {
      const inner = compile(expression.of, { rowCount: 0, columns });
      return (row) => {
        const truth = inner(row);
        return truth === null ? null : !truth;
      };
    }
    case 'isNull': {
      const column = columns[expression.column]!;
      return (row) => column[row] === null;
    }
    case 'compare': {
      const column = columns[expression.column]!;
      const { op, value, order } = expression;
      return (row) => compare(column[row]!, op, value, order);
    }
    case 'compareColumns': {
      const [left, right] = [columns[expression.left]!, columns[expression.right]!];
      const { op, order } = expression;
      return (row) => compare(left[row]!, op, right[row]!, order);
    }
  }
}

function compare(a: Value, op: ComparisonOperator, b: Value, order: Order = compareValues): boolean | null {
  if (a === null || b === null) return null;
  return Number.isNaN(a) || Number.isNaN(b) ? op === 'ne' : HOLDS[op](order(a, b));
}

/** AND stops at the first false, OR at the first true; unknown otherwise wins over the rest. */
function combine(tests: readonly Test[], decisive: boolean): Test {
  return (row) => {
    let truth: boolean | null = !decisive;
    for (const test of tests) {
      const one = test(row);
      if (one === decisive) return decisive;
      if (one === null) truth = null;
    }
    return truth;
  };
}

const HOLDS: Record<ComparisonOperator, (order: number) => boolean> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
};

/** Rows for which the condition is true, ascending. */
export function matchingRows(expression: Expression, batch: Batch): number[] {
  const test = compile(expression, batch);
  const rows: number[] = [];
  for (let row = 0; row < batch.rowCount; row++) if (test(row) === true) rows.push(row);
  return rows;
}

/** The named columns of some rows of a batch; of all rows where none are named. */
export function take(
  { rowCount, columns }: Batch,
  rows: readonly number[] | undefined,
  names: readonly string[] = Object.keys(columns),
): Batch {
  const some = rows && rows.length < rowCount ? rows : undefined;
  return {
    rowCount: some ? some.length : rowCount,
    columns: Object.fromEntries(
      names.map((name): [string, Column] => {
        const column = columns[name]!;
        return [name, some ? picked(column, some) : column];
      }),
    ),
  };
}

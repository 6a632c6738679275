import type { Expression } from './expression.ts';
import type { Value } from './types.ts';
import { compareValues } from './values.ts';

/** What is known of a column in some rows; what is absent is not known. */
export interface Bounds {
  readonly least?: Value;
  readonly most?: Value;
  /** Rows in which the column is null. */
  readonly nulls?: number;
  readonly rows?: number;
  /** Numbers that may hide NaN, which bounds say nothing about. */
  readonly floating?: boolean;
}

/** Truth values that the condition may have in those rows. */
interface Outcomes {
  readonly true: boolean;
  readonly false: boolean;
  readonly null: boolean;
}

const ANY: Outcomes = { true: true, false: true, null: true };

/** Can the condition be true in any row of which this is known? `false` is certain, `true` is a maybe. */
export function mayMatch(expression: Expression, boundsOf: (column: string) => Bounds | undefined): boolean {
  return outcomes(expression, boundsOf).true;
}

/** Is the condition certainly true in every row of which this is known? */
export function mustMatch(expression: Expression, boundsOf: (column: string) => Bounds | undefined): boolean {
  const found = outcomes(expression, boundsOf);
  return found.true && !found.false && !found.null;
}

function outcomes(expression: Expression, boundsOf: (column: string) => Bounds | undefined): Outcomes {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const [decisive, other] =
        expression.kind === 'or' ? (['true', 'false'] as const) : (['false', 'true'] as const);
      const all = expression.of.map((one) => outcomes(one, boundsOf));
      const result = {
        [decisive]: all.some((one) => one[decisive]),
        [other]: all.every((one) => one[other]),
        null: all.some((one) => one.null),
      } as unknown as Outcomes;
      const settled = all.some((one) => one[decisive] && !one[other] && !one.null);
      return settled ? ({ [decisive]: true, [other]: false, null: false } as unknown as Outcomes) : result;
    }
    case 'not': {
      const inner = outcomes(expression.of, boundsOf);
      return { true: inner.false, false: inner.true, null: inner.null };
    }
    case 'isNull': {
      const { nulls, rows } = boundsOf(expression.column) ?? {};
      if (nulls === undefined) return { ...ANY, null: false };
      return { true: nulls > 0, false: rows === undefined || nulls < rows, null: false };
    }
    case 'compareColumns':
      return ANY;
    case 'compare':
      return comparison(expression, boundsOf(expression.column));
  }
}

function comparison(
  { op, value, order = compareValues }: Extract<Expression, { kind: 'compare' }>,
  bounds: Bounds | undefined,
): Outcomes {
  if (!bounds) return ANY;
  const { least, most, nulls, rows, floating } = bounds;
  if (nulls !== undefined && nulls === rows) return { true: false, false: false, null: true };
  const unknown = nulls === undefined || nulls > 0;
  if (least === undefined || most === undefined || Number.isNaN(value)) return { ...ANY, null: unknown };
  const low = order(least, value);
  const high = order(most, value);
  const some = { below: low < 0, equal: low <= 0 && high >= 0, above: high > 0 };
  const truth = {
    eq: [some.equal, some.below || some.above],
    ne: [some.below || some.above, some.equal],
    lt: [some.below, some.equal || some.above],
    lte: [some.below || some.equal, some.above],
    gt: [some.above, some.below || some.equal],
    gte: [some.above || some.equal, some.below],
  }[op] as [boolean, boolean];
  const nan = floating === true;
  return {
    true: truth[0] || (nan && op === 'ne'),
    false: truth[1] || (nan && op !== 'ne'),
    null: unknown,
  };
}

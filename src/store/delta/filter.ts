import { CandlebookError } from '../../market/index.ts';
import { isDecimal } from './decimal.ts';
import type { Expression } from './expression.ts';
import { decimalOf } from './schema.ts';
import type { Field, Value } from './types.ts';
import { expected, fits, orderOf } from './values.ts';

/** A value to compare with. For a timestamp: a Date, epoch ms as number, or epoch µs as bigint. */
export type Comparand = string | number | bigint | boolean | Date;

export interface Comparison {
  readonly eq?: Comparand;
  readonly ne?: Comparand;
  readonly lt?: Comparand;
  readonly lte?: Comparand;
  readonly gt?: Comparand;
  readonly gte?: Comparand;
  readonly in?: readonly Comparand[];
  /** `true`: only rows where the column is null; `false`: only where it is not. */
  readonly isNull?: boolean;
}

/**
 * Which rows: `{ symbol: 'BTCUSDT', event_time: { gte: from, lt: to } }`. Several columns mean all of them;
 * a plain value means equal to it, and null means null. A row for which a comparison is unknown, because the
 * column is null, is left out, as in SQL. NaN is unequal to everything, itself included, as in JavaScript.
 */
export type Filter =
  | { readonly [column: string]: Comparand | Comparison | null }
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter };

const COMPARISONS = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte'] as const;

/** A filter held against a schema. @throws CandlebookError INPUT_INVALID naming the column and the value */
export function toExpression(filter: Filter, fields: readonly Field[]): Expression {
  if ('and' in filter && Array.isArray(filter.and))
    return all(filter.and.map((one) => toExpression(one, fields)));
  if ('or' in filter && Array.isArray(filter.or)) {
    return { kind: 'or', of: filter.or.map((one) => toExpression(one, fields)) };
  }
  if ('not' in filter && !fields.some(({ name }) => name === 'not')) {
    return { kind: 'not', of: toExpression(filter.not as Filter, fields) };
  }
  return all(Object.entries(filter).map(([name, wanted]) => column(fieldOf(name, fields), wanted)));
}

function all(of: Expression[]): Expression {
  return of.length === 1 ? of[0]! : { kind: 'and', of };
}

function fieldOf(name: string, fields: readonly Field[]): Field {
  const found = fields.find((field) => field.name === name);
  if (found) return found;
  throw new CandlebookError('INPUT_INVALID', `The table has no column ${name} to filter by.`, {
    value: name,
    hint: `Its columns are ${fields.map((field) => field.name).join(', ')}.`,
  });
}

function column(field: Field, wanted: Comparand | Comparison | null): Expression {
  if (wanted === null) return { kind: 'isNull', column: field.name };
  if (typeof wanted !== 'object' || wanted instanceof Date) return compare(field, 'eq', wanted);
  const of: Expression[] = [];
  for (const [key, value] of Object.entries(wanted)) {
    if (key === 'isNull') {
      const isNull: Expression = { kind: 'isNull', column: field.name };
      of.push(value ? isNull : { kind: 'not', of: isNull });
    } else if (key === 'in' && Array.isArray(value)) {
      of.push({ kind: 'or', of: value.map((one) => compare(field, 'eq', one)) });
    } else if ((COMPARISONS as readonly string[]).includes(key)) {
      of.push(compare(field, key as (typeof COMPARISONS)[number], value as Comparand));
    } else {
      throw new CandlebookError(
        'INPUT_INVALID',
        `Column ${field.name} is filtered by ${JSON.stringify(key)}.`,
        {
          value: key,
          hint: `Use ${COMPARISONS.join(', ')}, in or isNull.`,
        },
      );
    }
  }
  return all(of);
}

function compare({ name, type }: Field, op: (typeof COMPARISONS)[number], comparand: Comparand): Expression {
  const value = toValue(comparand, type as string);
  if (value !== undefined && (decimalOf(type) ? isDecimal(value) : fits(value, type)))
    return { kind: 'compare', op, column: name, value, order: orderOf(type) };
  throw new CandlebookError('INPUT_INVALID', `Column ${name} is compared with ${String(comparand)}.`, {
    value: comparand,
    hint: `It has to be ${expected(type)}.`,
  });
}

function toValue(comparand: Comparand, type: string): Value | undefined {
  if (type === 'timestamp' || type === 'timestamp_ntz') {
    if (typeof comparand === 'bigint') return comparand;
    const ms = comparand instanceof Date ? comparand.getTime() : comparand;
    return typeof ms === 'number' && Number.isFinite(ms) ? BigInt(Math.round(ms * 1000)) : undefined;
  }
  if (comparand instanceof Date) {
    return type === 'date' && !Number.isNaN(comparand.getTime())
      ? comparand.toISOString().slice(0, 10)
      : undefined;
  }
  if (type.startsWith('decimal')) return String(comparand);
  return type === 'long' && Number.isSafeInteger(comparand) ? BigInt(comparand as number) : comparand;
}

import { CandlebookError } from '../../market/index.ts';
import type { Metadata } from './actions.ts';
import { columnsOf, compile, type Expression } from './expression.ts';
import { parseSql } from './sql-expression.ts';
import type { Batch, DataType, Field } from './types.ts';

export const CONSTRAINT = 'delta.constraints.';

/** A condition that every row of the table meets. */
export interface Constraint {
  readonly name: string;
  readonly sql: string;
  readonly expression: Expression;
}

/**
 * The CHECK constraints of the table and the invariants of its columns.
 *
 * @throws CandlebookError TABLE_UNSUPPORTED naming the one that can not be understood, so that no row gets past it
 */
export function constraintsOf({ configuration }: Metadata, fields: readonly Field[]): Constraint[] {
  const stated: [name: string, sql: string][] = Object.entries(configuration)
    .filter(([key]) => key.startsWith(CONSTRAINT))
    .map(([key, sql]) => [key.slice(CONSTRAINT.length), sql]);
  for (const { name, type, metadata } of fields) {
    const invariant = metadata?.['delta.invariants'];
    if (invariant !== undefined) stated.push([`invariant of ${name}`, invariantOf(invariant)]);
    for (const [inner, sql] of within(type, name)) stated.push([`invariant of ${inner}`, sql]);
  }
  return stated.map(([name, sql]) => ({ name, sql, expression: understand(name, sql, fields) }));
}

/** Invariants of nested fields. None can be checked here: a table that has one is refused by name. */
function within(type: DataType, path: string): [name: string, sql: string][] {
  if (typeof type === 'string') return [];
  switch (type.type) {
    case 'struct':
      return type.fields.flatMap(({ name, type: inner, metadata }) => {
        const invariant = metadata?.['delta.invariants'];
        const own: [string, string][] =
          invariant === undefined ? [] : [[`${path}.${name}`, invariantOf(invariant)]];
        return [...own, ...within(inner, `${path}.${name}`)];
      });
    case 'array':
      return within(type.elementType, `${path}.element`);
    case 'map':
      return [...within(type.keyType, `${path}.key`), ...within(type.valueType, `${path}.value`)];
  }
}

export function understand(name: string, sql: string, fields: readonly Field[]): Expression {
  try {
    return parseSql(sql, fields);
  } catch (cause) {
    throw new CandlebookError(
      'TABLE_UNSUPPORTED',
      `Constraint ${name} is ${sql}, which can not be checked here: ${(cause as Error).message}.`,
      {
        value: sql,
        hint: 'Write to this table with Spark or delta-rs, or state it with comparisons, IN, BETWEEN, IS NULL, AND, OR, NOT.',
      },
    );
  }
}

function invariantOf(json: unknown): string {
  try {
    return JSON.parse(String(json)).expression.expression;
  } catch {
    return String(json);
  }
}

/** @throws CandlebookError SCHEMA_MISMATCH naming the constraint, the row and its values, when one is not met */
export function checkConstraints(constraints: readonly Constraint[], batch: Batch): void {
  for (const { name, sql, expression } of constraints) {
    const test = compile(expression, batch);
    const names = [...columnsOf(expression)];
    for (let row = 0; row < batch.rowCount; row++) {
      // Engines do not agree on where NaN stands, so it meets nothing.
      if (test(row) === true && !names.some((name) => Number.isNaN(batch.columns[name]![row]))) continue;
      const values = names.map((column) => `${column} = ${String(batch.columns[column]![row])}`);
      throw new CandlebookError(
        'SCHEMA_MISMATCH',
        `Row ${row} does not meet constraint ${name} (${sql}): ${values.join(', ')}.`,
        {
          value: name,
          hint: 'Nothing of these rows was written: correct them and append again.',
        },
      );
    }
  }
}

import { type Columns, type DataFrame, toFrame } from '../../frames/index.ts';

/** A cell: times are epoch ms with microseconds as the fraction, days `'2026-11-24'`, whole numbers beyond 2^53 bigint. */
export type SqlValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly SqlValue[]
  | { readonly [key: string]: SqlValue };

export type SqlRow = Readonly<Record<string, SqlValue>>;

/** The answer to a query. */
export class SqlResult {
  /** Names of the columns. */
  readonly names: readonly string[];
  /** Their types, as the engine that was asked calls them. */
  readonly types: readonly string[];
  readonly rowCount: number;
  readonly #cells: readonly (readonly SqlValue[])[];

  /** @param cells column by column */
  constructor(names: readonly string[], types: readonly string[], cells: readonly (readonly SqlValue[])[]) {
    this.names = names;
    this.types = types;
    this.rowCount = cells[0]?.length ?? 0;
    this.#cells = cells;
  }

  /** Adds the rows to columns of the same names. */
  append(cells: SqlValue[][]): void {
    for (const [at, column] of this.#cells.entries()) {
      cells[at] ??= [];
      for (const cell of column) cells[at].push(cell);
    }
  }

  rows(): SqlRow[] {
    return Array.from({ length: this.rowCount }, (_, row) =>
      Object.fromEntries(this.names.map((name, at) => [name, this.#cells[at]![row]!])),
    );
  }

  /** Numbers as doubles, null being NaN; the rest as they are, what is no text, number or truth as JSON. */
  columns(): Columns {
    return Object.fromEntries(this.names.map((name, at) => [name, toColumn(this.#cells[at]!)]));
  }

  /** A Danfo DataFrame. @throws CandlebookError PACKAGE_MISSING where Danfo is not installed */
  frame(): Promise<DataFrame> {
    return toFrame(this.columns());
  }
}

function toColumn(cells: readonly SqlValue[]): Columns[string] {
  const numeric = cells.every(
    (cell) => cell === null || typeof cell === 'number' || typeof cell === 'bigint',
  );
  if (numeric && cells.some((cell) => cell !== null))
    return Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell)));
  return cells.map((cell) =>
    cell !== null && typeof cell === 'object' ? JSON.stringify(cell, plain) : cell,
  ) as (string | number | boolean | null)[];
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

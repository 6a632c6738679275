import type {
  DuckDBConnection,
  DuckDBInstance,
  DuckDBPreparedStatement,
  DuckDBValue,
} from '@duckdb/node-api';
import type { SqlParameters } from './engine.ts';

/** Queries that are kept ready for when they are asked again. */
const KEPT = 16;

/** A query that can be asked again and again, by one at a time. */
export interface Statement {
  readonly prepared: DuckDBPreparedStatement;
  readonly connection: DuckDBConnection;
}

/**
 * Prepared queries by their text, those that were asked last: a dashboard asks the same ones over and over, and to
 * prepare one costs as much again as to plan it, which DuckDB does anew at each run, with the views as they are then.
 */
export class Statements {
  readonly #instance: DuckDBInstance;
  readonly #kept = new Map<string, Statement>();

  constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  /**
   * A query, ready to run; it is the caller's until it is given back by `keep` or let go of by `drop`.
   *
   * @param prepare makes a statement out of the text, or throws
   */
  async take(
    text: string,
    parameters: SqlParameters | undefined,
    prepare: (connection: DuckDBConnection) => Promise<DuckDBPreparedStatement>,
  ): Promise<Statement> {
    const statement = this.#kept.get(text) ?? (await this.#prepared(prepare));
    this.#kept.delete(text);
    try {
      statement.prepared.clearBindings();
      if (parameters) statement.prepared.bind(parameters as DuckDBValue[] | Record<string, DuckDBValue>);
      return statement;
    } catch (error) {
      this.drop(statement);
      throw error;
    }
  }

  /** For a query that ran to its end. */
  keep(text: string, statement: Statement): void {
    this.#kept.set(text, statement);
    if (this.#kept.size <= KEPT) return;
    const [oldest, dropped] = this.#kept.entries().next().value!;
    this.#kept.delete(oldest);
    this.drop(dropped);
  }

  /** For one that failed, or was given up: what is left of its answer goes with it. */
  drop({ connection }: Statement): void {
    connection.closeSync();
  }

  close(): void {
    for (const statement of this.#kept.values()) this.drop(statement);
    this.#kept.clear();
  }

  async #prepared(
    prepare: (connection: DuckDBConnection) => Promise<DuckDBPreparedStatement>,
  ): Promise<Statement> {
    const connection = await this.#instance.connect();
    try {
      return { connection, prepared: await prepare(connection) };
    } catch (error) {
      connection.closeSync();
      throw error;
    }
  }
}

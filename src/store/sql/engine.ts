import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance, DuckDBPreparedStatement } from '@duckdb/node-api';
import { CandlebookError } from '../../market/index.ts';
import { type DuckDb, duckDb } from './duckdb.ts';
import { SqlResult } from './result.ts';
import { type Statement, Statements } from './statements.ts';
import { literal } from './types.ts';
import { toValue } from './value.ts';

/** What may be bound to `$1` or `$name`. */
export type SqlParameters = readonly SqlParameter[] | Readonly<Record<string, SqlParameter>>;
export type SqlParameter = string | number | bigint | boolean | null;

export interface EngineOptions {
  readonly memory: string;
  /** Folders that may be read; nothing else can be. */
  readonly folders: readonly string[];
  readonly settings?: readonly string[];
}

/**
 * A DuckDB in memory that reads from some folders and writes nowhere: no network, no extensions beyond those that the
 * package holds, no file but those of the tables.
 */
export class Engine {
  readonly #duckdb: DuckDb;
  readonly #instance: DuckDBInstance;
  readonly #own: DuckDBConnection;
  readonly #statements: Statements;

  private constructor(duckdb: DuckDb, instance: DuckDBInstance, own: DuckDBConnection) {
    this.#duckdb = duckdb;
    this.#instance = instance;
    this.#own = own;
    this.#statements = new Statements(instance);
  }

  /** @throws CandlebookError PACKAGE_MISSING; SETTING_INVALID for a memory limit that is none */
  static async start({ memory, folders, settings = [] }: EngineOptions): Promise<Engine> {
    const duckdb = await duckDb();
    const instance = await duckdb.DuckDBInstance.create(':memory:', {
      temp_directory: join(tmpdir(), `candlebook-spill-${process.pid}`),
      max_temp_directory_size: '8GB',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const own = await instance.connect();
    await own.run(`SET memory_limit = ${literal(memory)}`).catch((cause: Error) => {
      instance.closeSync();
      throw new CandlebookError('INPUT_INVALID', `SQL can not run within ${memory} of memory.`, {
        value: memory,
        hint: 'Write it as "1GB" or "512MB".',
        cause,
      });
    });
    for (const setting of [
      "SET GLOBAL TimeZone = 'UTC'",
      // Footers of data files, which never change; they count towards the memory.
      'SET parquet_metadata_cache = true',
      ...settings,
      `SET allowed_directories = [${folders.map((folder) => literal(`${folder}/`)).join(', ')}]`,
      'SET enable_external_access = false',
      'SET lock_configuration = true',
    ])
      await own.run(setting);
    return new Engine(duckdb, instance, own);
  }

  /** Runs statements of our own. */
  async define(statements: readonly string[]): Promise<void> {
    for (const statement of statements) await this.#own.run(statement);
  }

  /**
   * Runs one query of somebody else's. The first batch may be empty, so that there always is one.
   *
   * @throws CandlebookError INPUT_INVALID for what is no query, or not one; what DuckDB says of it is in the message
   */
  async *batches(text: string, parameters: SqlParameters | undefined): AsyncGenerator<SqlResult> {
    let statement: Statement | undefined;
    let ended = false;
    try {
      statement = await this.#statements.take(text, parameters, (connection) =>
        this.#prepare(connection, text),
      );
      const result = await statement.prepared.stream();
      const names = result.deduplicatedColumnNames();
      const types = result.columnTypes().map(String);
      let first = true;
      for (;;) {
        const chunk = await result.fetchChunk();
        const rows = chunk?.rowCount ?? 0;
        ended = rows === 0;
        if (ended && !first) return;
        first = false;
        yield new SqlResult(
          names,
          types,
          names.map((_, at) => (ended ? [] : chunk!.getColumnValues(at).map(toValue))),
        );
        if (ended) return;
      }
    } catch (cause) {
      throw cause instanceof CandlebookError ? cause : asRefusal(cause as Error, text);
    } finally {
      if (statement && ended) this.#statements.keep(text, statement);
      else if (statement) this.#statements.drop(statement);
    }
  }

  async #prepare(connection: DuckDBConnection, text: string): Promise<DuckDBPreparedStatement> {
    const statements = await connection.extractStatements(text);
    if (statements.count !== 1) throw refused(`${statements.count} statements were given.`, text);
    const prepared = await statements.prepare(0);
    const { StatementType } = this.#duckdb;
    const { SELECT, EXPLAIN } = StatementType;
    if (prepared.statementType !== SELECT && prepared.statementType !== EXPLAIN)
      throw refused(`A query was expected, not ${StatementType[prepared.statementType]}.`, text);
    return prepared;
  }

  /** The plan of a query as text. */
  async explain(text: string, parameters: SqlParameters | undefined): Promise<string> {
    let plan = '';
    for await (const batch of this.batches(`EXPLAIN (FORMAT JSON) ${text}`, parameters))
      plan += batch.rows().map((row) => Object.values(row).join('\n'));
    return plan;
  }

  close(): void {
    this.#statements.close();
    this.#own.closeSync();
    this.#instance.closeSync();
  }
}

function asRefusal(cause: Error, text: string): CandlebookError {
  // So the bindings say that there is nothing but blanks and comments.
  if (cause.message === 'Error in native callback') return refused('It holds no statement.', text, cause);
  // Whoever asks knows his query; where a line of it is shown, the caret below it says nothing in a sentence.
  const message = cause.message
    .replace(/\s*\nLINE \d+:[\s\S]*$/, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ');
  if (/^(IO Error|Invalid Input Error: .*(parquet|footer|magic))/i.test(message)) {
    return new CandlebookError('TABLE_INVALID', `A data file can not be read: ${message}`, {
      value: text,
      hint: 'Where it was deleted by VACUUM, ask again for the newest version.',
      cause,
    });
  }
  return refused(message, text, cause);
}

function refused(message: string, text: string, cause?: Error): CandlebookError {
  return new CandlebookError('INPUT_INVALID', `The query was refused: ${message}`, {
    value: text,
    hint: 'One SELECT at a time, over the tables and views that `show tables` and `tables` name.',
    ...(cause ? { cause } : {}),
  });
}

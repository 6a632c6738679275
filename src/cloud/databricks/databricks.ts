import { CandlebookError } from '../../market/index.ts';
import type { SqlResult } from '../../store/index.ts';
import { CATALOG, DATABASE } from '../pipeline/tables.ts';
import { objectIn } from './answer.ts';
import type { Api } from './api.ts';
import { collect } from './collect.ts';
import { Jobs } from './jobs.ts';
import { Pipelines } from './pipelines.ts';
import { type StatementOptions, statement } from './statements.ts';

const MOST_ROWS = 1_000_000;

/** A Databricks workspace: its tables in SQL, its pipelines and its jobs. Every method throws CandlebookError. */
export class Databricks {
  /** Address of the workspace. */
  readonly host: string;
  readonly pipelines: Pipelines;
  readonly jobs: Jobs;
  readonly #api: Api;
  readonly #warehouse: string | undefined;
  readonly #close: () => void;

  constructor(api: Api, warehouse: string | undefined, close: () => void) {
    this.host = api.host;
    this.pipelines = new Pipelines(api);
    this.jobs = new Jobs(api);
    this.#api = api;
    this.#warehouse = warehouse;
    this.#close = close;
  }

  /**
   * The answer to one statement, as rows, columns or a Danfo frame: times in epoch ms with microseconds as the
   * fraction, decimals as doubles, whole numbers beyond 2^53 as bigint. Without a catalog or schema, names are those
   * of the pipeline's tables: `select * from gold_candles_1m where symbol = :symbol`.
   *
   * @throws CandlebookError INPUT_INVALID with what Databricks says of the statement, or when the answer has more than
   *   `maxRows` rows (default 1,000,000); RUN_FAILED, TIMED_OUT, STOPPED, ACCESS_DENIED, RATE_LIMITED, HOST_UNREACHABLE,
   *   RESPONSE_INVALID
   */
  async sql(
    text: string,
    options: StatementOptions & { readonly maxRows?: number } = {},
  ): Promise<SqlResult> {
    return collect(this.#statement(text, options, options.maxRows ?? MOST_ROWS));
  }

  /** The answer in its chunks, of up to some ten thousand rows each; there is one at least, which may be empty. */
  stream(text: string, options: StatementOptions = {}): AsyncGenerator<SqlResult> {
    return this.#statement(text, options);
  }

  /** Who is signed in, and the state of the warehouse where one is set. */
  async whoAmI(
    signal?: AbortSignal,
  ): Promise<{ readonly user: string; readonly warehouse: string | undefined }> {
    const me = objectIn(await this.#api.get('/api/2.0/preview/scim/v2/Me', { signal }), 'the present user');
    const user = String(me.userName ?? me.displayName ?? 'somebody');
    if (this.#warehouse === undefined) return { user, warehouse: undefined };
    const path = `/api/2.0/sql/warehouses/${encodeURIComponent(this.#warehouse)}`;
    const { state } = objectIn(await this.#api.get(path, { signal }), 'the warehouse');
    return { user, warehouse: String(state ?? 'of unknown state') };
  }

  /** Lets go of the secrets. */
  close(): void {
    this.#close();
  }

  #statement(text: string, options: StatementOptions, maxRows?: number): AsyncGenerator<SqlResult> {
    const warehouse = options.warehouse ?? this.#warehouse;
    if (!warehouse)
      throw new CandlebookError('INPUT_INVALID', 'No SQL warehouse is named.', {
        value: warehouse,
        hint: 'Set databricks.warehouse (DATABRICKS_WAREHOUSE_ID, --warehouse) to its id: the end of its page’s address, SQL Warehouses, Connection details.',
      });
    return statement(this.#api, text, { catalog: CATALOG, schema: DATABASE, ...options, warehouse }, maxRows);
  }
}

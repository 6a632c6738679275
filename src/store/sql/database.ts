import { join } from 'node:path';
import { CandlebookError, type DataSource } from '../../market/index.ts';
import { type AsOf, DeltaTable } from '../delta/index.ts';
import { below, openFiles } from '../files/index.ts';
import { TABLE_SCHEMAS } from '../schema.ts';
import { Copies } from './copies.ts';
import { Engine, type SqlParameters } from './engine.ts';
import { INSIGHT_VIEWS, MACROS } from './insight-views.ts';
import { Planner } from './planner.ts';
import { SqlResult, type SqlValue } from './result.ts';
import { type Source, sourceOf } from './source.ts';
import { literal, quoted } from './types.ts';
import { plainView, readParquet, viewOf } from './view.ts';

export interface SqlOptions {
  /** Folder or `abfss://…` under which the project tables lie; left out, only `tables` can be asked. */
  readonly location?: string;
  /** Whose rows. Default `live`. */
  readonly source?: DataSource;
  /** As the tables were at this moment, epoch ms; those that came later are left out. Default: as they are. */
  readonly timestamp?: number;
  /** Further Delta tables by the names that queries use, whoever made them: where they lie, and of which version. */
  readonly tables?: Readonly<Record<string, string | ({ readonly location: string } & AsOf)>>;
  /** Memory of the engine, such as `512MB`; what needs more goes to the disk for a while. Default `1GB`. */
  readonly memory?: string;
  /** Rows that an answer may have; more are refused, and `stream` gives them. Default 1,000,000. */
  readonly maxRows?: number;
  /** Bytes of data files that may be kept on this machine of tables that lie elsewhere. Default 2 GiB. */
  readonly copyBytes?: number;
}

const DEFAULTS = { memory: '1GB', maxRows: 1_000_000, copyBytes: 2 * 2 ** 30 };

/** Short names of the project tables that are asked for most. */
const ALIASES: Readonly<Record<string, string>> = {
  trades: 'raw.trades',
  tickers: 'processed.tickers',
  candles: 'processed.candles',
};

/**
 * SQL over Delta tables as they are at each query, or as they were at one version or moment. The project tables are
 * `raw.trades`, `raw.tickers`, `processed.tickers` and `processed.candles`, the first, third and last also `trades`,
 * `tickers` and `candles`; `views` says which questions have an answer ready. Times are UTC.
 */
export class SqlDatabase {
  /** Tables and views that can be asked. */
  readonly tables: readonly string[];
  readonly #open: readonly OpenTable[];
  readonly #options: typeof DEFAULTS & SqlOptions;
  readonly #engine: Engine;
  readonly #copies: Copies;
  readonly #sources = new Map<string, Source>();
  #planner: Planner | undefined;
  /** What the planner and the views were defined from. */
  #planned = '';
  #defined = '';
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    open: readonly OpenTable[],
    options: typeof DEFAULTS & SqlOptions,
    engine: Engine,
    copies: Copies,
  ) {
    this.#open = open;
    this.#options = options;
    this.#engine = engine;
    this.#copies = copies;
    const names = open.map(({ name }) => name);
    this.tables = [...names, ...viewsOver(names).map(({ name }) => name)];
  }

  static async open(stated: SqlOptions): Promise<SqlDatabase> {
    const options = { ...DEFAULTS, ...stated };
    const open = await openTables(options);
    const copies = new Copies(options.copyBytes);
    const local = open.map(({ delta }) => delta.location).filter((place) => !place.includes('://'));
    const engine = await Engine.start({ memory: options.memory, folders: [...local, copies.folder] });
    await engine.define(['CREATE SCHEMA raw', 'CREATE SCHEMA processed', ...MACROS]);
    return new SqlDatabase(open, options, engine, copies);
  }

  /**
   * The answer to one query, as rows, columns or a Danfo frame. Queries take turns.
   *
   * @param parameters values of `$1, $2, …` or of `$name`
   * @throws CandlebookError INPUT_INVALID with what DuckDB says of the query, or when the answer has more than
   *   `maxRows` rows; TABLE_INVALID, TABLE_UNSUPPORTED, ACCESS_DENIED from the tables
   */
  async sql(text: string, parameters?: SqlParameters): Promise<SqlResult> {
    const { maxRows } = this.#options;
    let whole: SqlResult | undefined;
    const cells: SqlValue[][] = [];
    for await (const batch of this.stream(text, parameters)) {
      whole ??= batch;
      batch.append(cells);
      if ((cells[0]?.length ?? 0) <= maxRows) continue;
      throw new CandlebookError('INPUT_INVALID', `The answer has more than ${maxRows} rows.`, {
        value: maxRows,
        hint: 'Add a LIMIT, aggregate, read it by stream(), or raise maxRows.',
      });
    }
    return new SqlResult(whole!.names, whole!.types, cells);
  }

  /** The answer in batches of some thousand rows, the first of which may be empty; others wait until it is through. */
  async *stream(text: string, parameters?: SqlParameters): AsyncGenerator<SqlResult> {
    const before = this.#turn;
    let done!: () => void;
    this.#turn = new Promise<void>((resolve) => {
      done = resolve;
    });
    try {
      await before;
      await this.#prepare(text, parameters);
      yield* this.#engine.batches(text, parameters);
    } finally {
      done();
    }
  }

  async close(): Promise<void> {
    await this.#turn;
    this.#engine.close();
    this.#planner?.close();
    await this.#copies.close();
  }

  /** Brings the views up to the tables' versions, with the files that the query reads. */
  async #prepare(text: string, parameters: SqlParameters | undefined): Promise<void> {
    const sources = await Promise.all(this.#open.map((table) => this.#source(table)));
    const state = sources.map(({ name, files }) => `${name} ${files.version}`).join();
    const needed = sources.some(({ copied }) => copied)
      ? await this.#plan(state, sources, text, parameters)
      : undefined;
    if (!needed && state === this.#defined) return;
    const views: string[] = [];
    for (const [at, source] of sources.entries()) views.push(await this.#view(source, needed?.(at)));
    await this.#engine.define([...views, ...definitions(sources)]);
    this.#defined = needed ? '' : state;
  }

  /** Its files, listed anew when there is a newer version. */
  async #source({ name, delta, at }: OpenTable): Promise<Source> {
    const known = this.#sources.get(name);
    const isFixed = at.version !== undefined || at.timestamp !== undefined;
    if (known && (isFixed || (await delta.refresh()) === known.files.version)) return known;
    const source = await sourceOf(name, delta, at);
    this.#sources.set(name, source);
    return source;
  }

  async #plan(
    state: string,
    sources: readonly Source[],
    text: string,
    parameters: SqlParameters | undefined,
  ) {
    this.#planner ??= await Planner.start();
    if (state !== this.#planned) await this.#planner.define(sources, [...MACROS, ...definitions(sources)]);
    this.#planned = state;
    return this.#planner.needed(text, parameters);
  }

  async #view(source: Source, needed: ReadonlySet<number> | undefined): Promise<string> {
    const { name, files, location, copied } = source;
    const plain = copied ? undefined : plainView(name, files, ({ path }) => join(location, path));
    if (plain) return plain;
    const partitions = copied
      ? source.partitions.filter((_, place) => needed!.has(place))
      : source.partitions;
    const paths = new Map<string, string>();
    const wanted = partitions.flatMap((partition) => partition.files);
    const places = copied
      ? await this.#copies.of(location, files, wanted)
      : wanted.map(({ path }) => join(location, path));
    for (const [at, { path }] of wanted.entries()) paths.set(path, places[at]!);
    return viewOf(name, files.fields, partitions, (partition) =>
      readParquet(partition.files.map(({ path }) => paths.get(path)!)),
    );
  }
}

interface OpenTable {
  readonly name: string;
  readonly delta: DeltaTable;
  readonly at: AsOf;
}

async function openTables({
  location,
  source = 'live',
  timestamp,
  tables = {},
}: SqlOptions): Promise<OpenTable[]> {
  const open: OpenTable[] = [];
  if (location !== undefined) {
    let later: unknown;
    for (const { path } of TABLE_SCHEMAS) {
      const delta = await DeltaTable.find(await openFiles(below(location, source, path)));
      if (!delta) continue;
      try {
        const at = timestamp === undefined ? {} : { version: await delta.versionAt(timestamp) };
        open.push({ name: path.replace('/', '.'), delta, at });
      } catch (error) {
        if (!(error instanceof CandlebookError) || error.code !== 'INPUT_INVALID') throw error;
        later = error;
      }
    }
    if (open.length === 0 && later) throw later;
    if (open.length === 0) {
      throw new CandlebookError('TABLE_INVALID', `No project table lies at ${below(location, source)}.`, {
        value: location,
        hint: 'Keep a run first (candlebook run, startDashboard), or name another location or source.',
      });
    }
  }
  for (const [name, stated] of Object.entries(tables)) {
    const { location: place, ...at } = typeof stated === 'string' ? { location: stated } : stated;
    open.push({ name: quoted(name), delta: await DeltaTable.open(await openFiles(place)), at });
  }
  return open;
}

/** The views that have what they ask. */
function viewsOver(names: readonly string[]) {
  const aliases = Object.entries(ALIASES).map(([name, of]) => ({ name, sql: `FROM ${of}` }));
  return [...aliases, ...INSIGHT_VIEWS].filter(({ sql }) => names.some((name) => sql.includes(name)));
}

function definitions(sources: readonly Source[]): string[] {
  const tickers = sources.find(({ name }) => name === 'processed.tickers');
  const days = tickers?.files.list.map(({ partition }) => partition.date ?? '').sort() ?? [];
  const newest = `CAST(${literal(days.at(-1) || '1970-01-01')} AS DATE)`;
  return viewsOver(sources.map(({ name }) => name)).map(
    ({ name, sql }) => `CREATE OR REPLACE VIEW ${name} AS ${sql.replace('$NEWEST_DAY', newest)}`,
  );
}

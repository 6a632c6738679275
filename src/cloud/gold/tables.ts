import { fileURLToPath } from 'node:url';
import { CandlebookError } from '../../market/index.ts';
import { openDeltaTable, type SqlRow, toRows } from '../../store/index.ts';
import type { Databricks } from '../databricks/index.ts';
import { CATALOG, DATABASE, PIPELINE_TABLES, type PipelineTable } from '../pipeline/tables.ts';

/** A row of one of the pipeline's tables; times are epoch ms, ids numbers. */
export type GoldRow = Readonly<Record<string, string | number | boolean | null>>;

/** Where the pipeline's tables lie, and how they are read. */
export interface GoldTables {
  /** Folder or address, or the workspace's. */
  readonly location: string;
  /**
   * @param from a day, such as 2026-11-27: rows of earlier ones are left out
   * @throws CandlebookError TABLE_INVALID, ACCESS_DENIED, HOST_UNREACHABLE and what else a table can meet
   */
  read(name: string, from: string | undefined): Promise<GoldRow[]>;
  /** What the table says of whose data it holds; `undefined` where it says nothing. */
  sourceOf(name: string): Promise<string | undefined>;
}

/** The run that the package carries. */
export const SAVED_RUN = fileURLToPath(new URL('./saved-run/', import.meta.url));

/** Of Spark's warehouse: a folder for each table, on local disk or ADLS Gen2. */
export function deltaTables(location: string): GoldTables {
  const open = (name: string) => openDeltaTable(`${location.replace(/[\\/]$/, '')}/${name}`);
  return {
    location,
    async read(name, from) {
      const table = tableOf(name);
      const where = from !== undefined && isByDay(table) ? { where: { date: { gte: from } } } : {};
      const rows: GoldRow[] = [];
      for await (const batch of await (await open(name)).read(where))
        rows.push(...toRows<GoldRow>(table, batch));
      return rows;
    },
    async sourceOf(name) {
      return (await open(name)).metadata.configuration['candlebook.source'];
    },
  };
}

/** Of a Databricks workspace, by its SQL. */
export function databricksTables(
  databricks: Pick<Databricks, 'sql'>,
  catalog: string = CATALOG,
  schema: string = DATABASE,
): GoldTables {
  const within = { catalog, schema };
  return {
    location: `${catalog}.${schema} on Databricks`,
    async read(name, from) {
      const table = tableOf(name);
      const selected = table.columns.map((column) => `\`${column.name}\``).join(', ');
      const text = `select ${selected} from ${name}`;
      const result =
        from !== undefined && isByDay(table)
          ? await databricks.sql(`${text} where date >= :first_day`, {
              ...within,
              parameters: { first_day: from },
            })
          : await databricks.sql(text, within);
      return result.rows().map(asGoldRow);
    },
    async sourceOf(name) {
      const result = await databricks.sql(`show tblproperties ${tableOf(name).name}`, within);
      const found = result.rows().find(({ key }) => key === 'candlebook.source');
      return found === undefined ? undefined : String(found.value);
    },
  };
}

const isByDay = ({ partitionColumns }: PipelineTable) => partitionColumns.includes('date');

/** @throws CandlebookError INPUT_INVALID for a table that the pipeline does not make */
function tableOf(name: string): PipelineTable {
  const table = PIPELINE_TABLES.find((one) => one.name === name);
  if (table) return table;
  throw new CandlebookError('INPUT_INVALID', `The pipeline makes no table ${JSON.stringify(name)}.`, {
    value: name,
    hint: `It makes ${PIPELINE_TABLES.map((one) => one.name).join(', ')}.`,
  });
}

function asGoldRow(row: SqlRow): GoldRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
  ) as GoldRow;
}

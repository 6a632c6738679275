import { CandlebookError } from '../../market/index.ts';
import { SqlResult, type SqlValue } from '../../store/index.ts';
import { countIn, type Json, listIn, malformed, objectIn } from './answer.ts';
import type { Api } from './api.ts';
import { cellOf, type ResultColumn } from './cells.ts';
import { fetchLink } from './links.ts';

export interface ResultReader {
  readonly api: Api;
  readonly statementId: string;
  readonly columns: readonly ResultColumn[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * The chunks of a result in order, the first of which came with the statement; while one is used, the next is on its
 * way. Each is held to its place and to the number of rows that it states.
 * @param total rows by the manifest, `undefined` where it does not say
 */
export async function* chunksOf(
  reader: ResultReader,
  first: Json,
  total: number | undefined,
): AsyncGenerator<SqlResult> {
  let rows = 0;
  let next: Promise<Chunk> | undefined = read(reader, first, 0);
  for (let index = 0; next; index++) {
    const { result, follows }: Chunk = await next;
    next =
      follows === undefined ? undefined : ask(reader, follows).then((json) => read(reader, json, index + 1));
    // Whoever stops reading early has no use for its failure.
    next?.catch(() => undefined);
    rows += result.rowCount;
    yield result;
  }
  if (total !== undefined && rows !== total)
    throw malformed(`all rows of the result (${rows} of ${total})`, rows);
}

interface Chunk {
  readonly result: SqlResult;
  /** Path of the next chunk; `undefined` after the last. */
  readonly follows: string | undefined;
}

async function ask({ api, signal }: ResultReader, path: string): Promise<Json> {
  return objectIn(await api.get(path, { signal }), 'a chunk of the result');
}

async function read(reader: ResultReader, json: Json, index: number): Promise<Chunk> {
  const links = listIn(json, 'external_links', 'the result');
  if (links.length === 0) {
    checkPlace(json, index);
    return { result: toResult(reader, json.data_array ?? [], json), follows: pathAfter(reader, json) };
  }
  const link = objectIn(links[0], 'a link of the result');
  checkPlace(link, index);
  // A link is good for some minutes only; a fresh one is had by asking for the chunk again.
  const renew = async () => {
    const again = await ask(reader, chunkPath(reader.statementId, index));
    return objectIn(listIn(again, 'external_links', 'the result')[0], 'a link of the result');
  };
  const data = await fetchLink(link, renew, reader.signal);
  return { result: toResult(reader, data, link), follows: pathAfter(reader, link) };
}

/** A chunk in another's place would mix up the rows without anybody's noticing. */
function checkPlace(json: Json, index: number): void {
  const stated = countIn(json, 'chunk_index', 'a chunk') ?? 0;
  if (stated !== index) throw malformed(`chunk ${index} of the result`, stated);
}

function pathAfter({ statementId }: ResultReader, json: Json): string | undefined {
  const link = json.next_chunk_internal_link;
  if (typeof link === 'string' && link !== '') {
    if (/^\/(?!\/)/.test(link)) return link;
    throw malformed('a path of the next chunk', link);
  }
  const next = countIn(json, 'next_chunk_index', 'a chunk');
  return next === undefined ? undefined : chunkPath(statementId, next);
}

function chunkPath(statementId: string, index: number): string {
  return `/api/2.0/sql/statements/${encodeURIComponent(statementId)}/result/chunks/${index}`;
}

function toResult({ columns }: ResultReader, data: unknown, stated: Json): SqlResult {
  if (!Array.isArray(data)) throw malformed('rows', data);
  const count = countIn(stated, 'row_count', 'a chunk');
  if (count !== undefined && count !== data.length)
    throw malformed(`the ${count} rows of a chunk`, data.length);
  const cells: SqlValue[][] = columns.map(() => new Array(data.length));
  for (const [at, row] of data.entries()) {
    if (!Array.isArray(row) || row.length !== columns.length)
      throw malformed(`${columns.length} cells in row ${at} of a chunk`, row);
    for (let i = 0; i < columns.length; i++) cells[i]![at] = cellOf(columns[i]!, row[i]);
  }
  return new SqlResult(
    columns.map(({ name }) => name),
    columns.map(({ type }) => type),
    cells,
  );
}

/** @throws CandlebookError INPUT_INVALID: more rows than the caller allows, before they are fetched */
export function checkRows(manifest: Json, maxRows: number): void {
  const total = countIn(manifest, 'total_row_count', 'the manifest');
  if (total === undefined || total <= maxRows) return;
  throw new CandlebookError('INPUT_INVALID', `The answer has ${total} rows, more than ${maxRows}.`, {
    value: total,
    hint: 'Add a LIMIT, aggregate, read it by stream(), or raise maxRows.',
  });
}

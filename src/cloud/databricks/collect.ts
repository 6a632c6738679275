import { SqlResult, type SqlValue } from '../../store/index.ts';

/** Chunks of one result as one. */
export async function collect(chunks: AsyncIterable<SqlResult>): Promise<SqlResult> {
  let first: SqlResult | undefined;
  const cells: SqlValue[][] = [];
  for await (const chunk of chunks) {
    first ??= chunk;
    chunk.append(cells);
  }
  return new SqlResult(first?.names ?? [], first?.types ?? [], cells);
}

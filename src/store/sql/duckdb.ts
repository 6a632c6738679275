import { CandlebookError } from '../../market/index.ts';

export type DuckDb = typeof import('@duckdb/node-api');

const VERSION = '1.5.6-r.1';

/** DuckDB, loaded at the first call. @throws CandlebookError PACKAGE_MISSING */
export async function duckDb(
  load: () => Promise<DuckDb> = () => import('@duckdb/node-api'),
): Promise<DuckDb> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    const absent = /MODULE_NOT_FOUND$/.test(code ?? '') && /['"/\\]@duckdb\/node-api['"]/.test(message);
    throw new CandlebookError(
      'PACKAGE_MISSING',
      absent ? '@duckdb/node-api is not installed.' : `@duckdb/node-api could not be loaded: ${message}`,
      {
        value: '@duckdb/node-api',
        hint: `SQL needs it (70 MB): npm install @duckdb/node-api@${VERSION}. Reading tables by read() works without it.`,
        cause,
      },
    );
  }
}

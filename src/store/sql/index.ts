export { SqlDatabase, type SqlOptions } from './database.ts';
export type { SqlParameter, SqlParameters } from './engine.ts';
export { SqlResult, type SqlRow, type SqlValue } from './result.ts';

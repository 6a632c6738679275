export { SqlDatabase, type SqlOptions } from './database.ts';
export type { SqlParameter, SqlParameters } from './engine.ts';
export { INSIGHT_VIEWS } from './insight-views.ts';
export { SqlResult, type SqlRow, type SqlValue } from './result.ts';

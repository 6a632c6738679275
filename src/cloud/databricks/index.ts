export { candlesBySymbol } from './candles.ts';
export { Databricks } from './databricks.ts';
export type { Job, JobRun, Jobs, WaitOptions } from './jobs.ts';
export { type DatabricksOptions, openDatabricks } from './open.ts';
export type { StatementParameter, StatementParameters } from './parameters.ts';
export type { Pipeline, PipelineEvent, Pipelines, PipelineUpdate, StartOptions } from './pipelines.ts';
export type { StatementOptions } from './statements.ts';

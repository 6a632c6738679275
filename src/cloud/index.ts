export {
  candlesBySymbol,
  type Databricks,
  type DatabricksOptions,
  type Job as DatabricksJob,
  type JobRun as DatabricksJobRun,
  type Jobs as DatabricksJobs,
  openDatabricks,
  type Pipeline as DatabricksPipeline,
  type PipelineEvent as DatabricksPipelineEvent,
  type Pipelines as DatabricksPipelines,
  type PipelineUpdate as DatabricksPipelineUpdate,
  type StartOptions as DatabricksStartOptions,
  type StatementOptions,
  type StatementParameter,
  type StatementParameters,
  type WaitOptions as DatabricksWaitOptions,
} from './databricks/index.ts';
export { type CloudFiles, type WriteCloudFilesOptions, writeCloudFiles } from './files.ts';
export { type Difference, differences } from './gold/differences.ts';
export { Gold, type GoldOptions, openGold } from './gold/gold.ts';
export type { GoldRow } from './gold/tables.ts';
export { type Broker, brokerOf, type ConnectOptions } from './kafka/broker.ts';
export { openPosition } from './publish/open-position.ts';
export type { Position } from './publish/position.ts';
export {
  DEFAULT_TOPIC,
  type PublishOptions,
  type PublishReport,
  publishTrades,
} from './publish/publish.ts';
export type { Compression } from './publish/publisher.ts';
export { type TopicFeed, type TopicFeedOptions, topicFeed } from './topic/feed.ts';
export { findTopic, type TopicFound } from './topic/probe.ts';

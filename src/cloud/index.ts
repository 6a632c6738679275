export {
  candlesBySymbol,
  type Databricks,
  type DatabricksOptions,
  type Job,
  type JobRun,
  type Jobs,
  openDatabricks,
  type Pipeline,
  type PipelineEvent,
  type Pipelines,
  type PipelineUpdate,
  type StartOptions,
  type StatementOptions,
  type StatementParameter,
  type StatementParameters,
  type WaitOptions,
} from './databricks/index.ts';
export { type CloudFiles, type WriteCloudFilesOptions, writeCloudFiles } from './files.ts';
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

export { Health, type HealthReport } from './health.ts';
export type { Log, LogFields } from './log.ts';
export { METRICS, type Metric, type MetricName } from './metrics.ts';
export { type FeedFigures, openTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.ts';

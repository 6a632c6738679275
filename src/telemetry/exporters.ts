import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { TelemetrySettings } from '../configuration/index.ts';
import { CandlebookError } from '../market/index.ts';
import type { Secrets } from '../secrets/index.ts';

/** Where what is measured goes. */
export interface Exporters {
  readonly readers: readonly IMetricReader[];
  readonly spans: readonly SpanProcessor[];
  readonly logs: readonly LogRecordProcessor[];
}

const NONE: Exporters = { readers: [], spans: [], logs: [] };
/** How long an export may take, and how many spans or log records wait at most for one. */
const EXPORT_TIMEOUT_MS = 10_000;
const MOST_WAITING = 2_048;

/** OTLP over HTTP, protobuf; headers are asked for at each export, so that a rotated token is followed. */
export async function otlpExporters(
  { otlp, everySeconds }: TelemetrySettings,
  secrets: Secrets,
): Promise<Exporters> {
  if (!otlp) return NONE;
  const [metrics, traces, logs, batching] = await Promise.all([
    import('@opentelemetry/exporter-metrics-otlp-proto'),
    import('@opentelemetry/exporter-trace-otlp-proto'),
    import('@opentelemetry/exporter-logs-otlp-proto'),
    batchers(everySeconds),
  ]);
  const headers = async () => {
    const entries = Object.entries(otlp.headers ?? {});
    return Object.fromEntries(
      await Promise.all(entries.map(async ([name, value]) => [name, await secrets.get(value)] as const)),
    );
  };
  // A reference that leads nowhere is told at the start; from here on the redactor knows the values.
  await headers();
  const base = otlp.url.replace(/\/+$/, '');
  const options = (signal: string) => ({
    url: `${base}/v1/${signal}`,
    headers,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  return {
    readers: [batching.reader(new metrics.OTLPMetricExporter(options('metrics')))],
    spans: [batching.spans(new traces.OTLPTraceExporter(options('traces')))],
    logs: [batching.logs(new logs.OTLPLogExporter(options('logs')))],
  };
}

/**
 * Application Insights.
 * @throws CandlebookError PACKAGE_MISSING, SETTING_INVALID on a text that is no connection string
 */
export async function azureExporters(
  { azureMonitor, everySeconds }: TelemetrySettings,
  secrets: Secrets,
): Promise<Exporters> {
  if (!azureMonitor) return NONE;
  const [azure, batching, connectionString] = await Promise.all([
    loadAzure(),
    batchers(everySeconds),
    secrets.get(azureMonitor.connectionString),
  ]);
  if (
    !/(?:^|;)\s*InstrumentationKey=[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*(?:;|$)/i.test(
      connectionString,
    )
  ) {
    throw new CandlebookError(
      'SETTING_INVALID',
      'telemetry.azureMonitor.connectionString is no connection string.',
      {
        hint: 'Copy it whole from the Application Insights resource, Overview.',
      },
    );
  }
  const options = { connectionString, disableOfflineStorage: true };
  return {
    readers: [batching.reader(new azure.AzureMonitorMetricExporter(options))],
    spans: [batching.spans(new azure.AzureMonitorTraceExporter(options))],
    logs: [batching.logs(new azure.AzureMonitorLogExporter(options))],
  };
}

async function loadAzure() {
  try {
    return await import('@azure/monitor-opentelemetry-exporter');
  } catch (cause) {
    throw new CandlebookError(
      'PACKAGE_MISSING',
      'telemetry.azureMonitor needs a package that is not installed.',
      {
        value: '@azure/monitor-opentelemetry-exporter',
        hint: 'Run `npm install @azure/monitor-opentelemetry-exporter@1.0.0-beta.47`, or take the setting away.',
        cause,
      },
    );
  }
}

async function batchers(everySeconds: number) {
  const [metrics, traces, logs] = await Promise.all([
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/sdk-logs'),
  ]);
  const every = everySeconds * 1000;
  const batch = {
    maxQueueSize: MOST_WAITING,
    scheduledDelayMillis: Math.min(5_000, every),
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  };
  return {
    reader: (exporter: import('@opentelemetry/sdk-metrics').PushMetricExporter) =>
      new metrics.PeriodicExportingMetricReader({
        exporter,
        exportIntervalMillis: every,
        exportTimeoutMillis: Math.min(EXPORT_TIMEOUT_MS, every),
      }),
    spans: (exporter: import('@opentelemetry/sdk-trace-base').SpanExporter) =>
      new traces.BatchSpanProcessor(exporter, batch),
    logs: (exporter: import('@opentelemetry/sdk-logs').LogRecordExporter) =>
      new logs.BatchLogRecordProcessor({ exporter, ...batch }),
  };
}

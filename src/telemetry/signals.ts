import type { Counter, Histogram } from '@opentelemetry/api';
import type { TelemetrySettings } from '../configuration/index.ts';
import { redact } from '../redaction/index.ts';
import type { Secrets } from '../secrets/index.ts';
import type { Health } from './health.ts';
import type { LogSink } from './log.ts';
import { LATENCY_BOUNDS, METRICS, type Metric, type MetricName } from './metrics.ts';
import type { Attributes, Reading } from './telemetry.ts';

/** Metrics, traces and logs of OpenTelemetry, behind what a run needs of them. */
export interface Signals {
  readonly url: string | undefined;
  readonly log: LogSink;
  count(name: MetricName, by: number, attributes: Attributes | undefined): void;
  record(name: MetricName, value: number, attributes: Attributes | undefined): void;
  observe(name: MetricName, read: () => Reading): void;
  span<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T>;
  /** The server answers for this. */
  mount(health: Health): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Ends, at the latest, what nobody answers to, ms. */
const CLOSE_WITHIN_MS = 3_000;
const SEVERITY = { trace: 1, debug: 5, info: 9, warn: 13, error: 17 } as const;

/** Loads OpenTelemetry and starts what the settings ask for. No global is set: a process may hold several runs. */
export async function startSignals(
  settings: TelemetrySettings,
  secrets: Secrets,
  resourceAttributes: Attributes,
): Promise<Signals> {
  const [api, metrics, traces, logs, resources, prometheus, exporting, serving] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/sdk-logs'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/exporter-prometheus'),
    import('./exporters.ts'),
    import('./server.ts'),
  ]);
  const { Health } = await import('./health.ts');
  const [otlp, azure] = await Promise.all([
    exporting.otlpExporters(settings, secrets),
    exporting.azureExporters(settings, secrets),
  ]);
  const resource = resources
    .defaultResource()
    .merge(resources.resourceFromAttributes({ ...resourceAttributes }));
  const pull =
    settings.port === undefined ? undefined : new prometheus.PrometheusExporter({ preventServerStart: true });
  const meters = new metrics.MeterProvider({
    resource,
    readers: [...otlp.readers, ...azure.readers, ...(pull ? [pull] : [])],
  });
  const tracers = new traces.BasicTracerProvider({
    resource,
    spanProcessors: settings.traces ? [...otlp.spans, ...azure.spans] : [],
  });
  const loggers = new logs.LoggerProvider({ resource, processors: [...otlp.logs, ...azure.logs] });
  const meter = meters.getMeter('candlebook');
  const tracer = tracers.getTracer('candlebook');
  const logger = loggers.getLogger('candlebook');
  const made = new Map<MetricName, Counter | Histogram>();
  const watched = new Map<MetricName, (() => Reading)[]>();

  let health = new Health();
  const handler = serving.watchHandler(
    { live: () => health.live(), ready: () => health.ready() } as typeof health,
    (request, response) => pull?.getMetricsRequestHandler(request, response),
  );
  let server: Awaited<ReturnType<typeof serving.startWatchServer>> | undefined;
  try {
    if (settings.port !== undefined)
      server = await serving.startWatchServer(handler, { host: settings.host, port: settings.port });
  } catch (error) {
    await Promise.allSettled([meters.shutdown(), tracers.shutdown(), loggers.shutdown()]);
    throw error;
  }

  const counter = (name: MetricName) =>
    instrument(name, () => meter.createCounter(name, optionsOf(name))) as Counter;
  const histogram = (name: MetricName) =>
    instrument(name, () =>
      meter.createHistogram(name, {
        ...optionsOf(name),
        advice: { explicitBucketBoundaries: LATENCY_BOUNDS },
      }),
    ) as Histogram;
  function instrument(name: MetricName, make: () => Counter | Histogram): Counter | Histogram {
    let found = made.get(name);
    if (!found) {
      found = make();
      made.set(name, found);
    }
    return found;
  }

  const signals: Signals = {
    url: server?.url,
    log: (level, message, fields) =>
      logger.emit({
        body: message,
        severityNumber: SEVERITY[level],
        severityText: level.toUpperCase(),
        attributes: flat(fields),
      }),
    count: (name, by, attributes) => counter(name).add(by, mask(attributes)),
    record: (name, value, attributes) => {
      if (Number.isFinite(value)) histogram(name).record(Math.max(0, value), mask(attributes));
    },
    observe: (name, read) => {
      const readers = watched.get(name);
      if (readers) {
        readers.push(read);
        return;
      }
      const all = [read];
      watched.set(name, all);
      const metric: Metric = METRICS[name];
      const observable =
        metric.kind === 'counter'
          ? meter.createObservableCounter(name, optionsOf(name))
          : meter.createObservableGauge(name, optionsOf(name));
      observable.addCallback((result) => {
        for (const one of all) {
          const reading = one();
          if (typeof reading === 'number') result.observe(reading);
          else for (const [value, attributes] of reading ?? []) result.observe(value, mask(attributes));
        }
      });
    },
    span: async (name, attributes, work) => {
      const span = tracer.startSpan(name, { attributes: { ...mask(attributes) } });
      try {
        return await work();
      } catch (error) {
        const message = redact(error instanceof Error ? error.message : String(error));
        span.setStatus({ code: api.SpanStatusCode.ERROR, message });
        throw error;
      } finally {
        span.end();
      }
    },
    mount: (mounted) => {
      health = mounted;
    },
    flush: async () => {
      await Promise.allSettled([meters.forceFlush(), tracers.forceFlush(), loggers.forceFlush()]);
    },
    close: async () => {
      const ended = Promise.allSettled([meters.shutdown(), tracers.shutdown(), loggers.shutdown()]);
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS).unref())]);
      loop.close();
      await server?.close();
    },
  };
  const loop = await watchProcess(signals);
  return signals;
}

/** Memory and the lateness of the event loop are the same for every run. */
async function watchProcess(signals: Signals): Promise<{ close: () => void }> {
  const { monitorEventLoopDelay } = await import('node:perf_hooks');
  const delays = monitorEventLoopDelay({ resolution: 20 });
  delays.enable();
  signals.observe('process.memory.usage', () => {
    const { rss, heapUsed, external } = process.memoryUsage();
    return [
      [rss, { type: 'rss' }],
      [heapUsed, { type: 'heap' }],
      [external, { type: 'external' }],
    ];
  });
  signals.observe('nodejs.eventloop.delay.p99', () => {
    const p99 = delays.percentile(99) / 1e6;
    delays.reset();
    return Number.isFinite(p99) ? p99 : 0;
  });
  return { close: () => delays.disable() };
}

function optionsOf(name: MetricName): { unit: string; description: string } {
  const { unit, description } = METRICS[name];
  return { unit, description };
}

function mask(attributes: Attributes | undefined): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(attributes ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' ? redact(value) : value,
    ]),
  );
}

/** Log attributes are texts and numbers; what is deeper is JSON. */
function flat(fields: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [name, value]
        : [name, JSON.stringify(value)],
    ),
  );
}

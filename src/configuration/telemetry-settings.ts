import { REFERENCES_ALLOWED, Secret } from '../secrets/index.ts';
import {
  byDefault,
  flag,
  type InputOf,
  Misfit,
  number,
  object,
  oneOf,
  optional,
  type Shape,
  text,
} from './shape.ts';
import { secret } from './texts.ts';

/** HTTP headers, each value a secret or a reference to one. */
const headers: Shape<Readonly<Record<string, Secret>>, Readonly<Record<string, string | Secret>>> = (
  value,
  path,
) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Misfit(path, undefined, 'an object of header names and values');
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([name, one]) => [name, secret(one, `${path}.${name}`)])),
  );
};

const otlp = object({
  /** Base address of an OTLP/HTTP receiver; `/v1/metrics`, `/v1/traces`, `/v1/logs` come after it. */
  url: text('an address such as "http://127.0.0.1:4318"', isHttp),
  headers: optional(headers),
});

const settings = object({
  otlp: optional(otlp),
  /** Application Insights: its connection string. */
  azureMonitor: optional(object({ connectionString: secret })),
  /** Seconds between two reports. */
  everySeconds: byDefault(number(1, 3_600), 30),
  /** Port of `/healthz`, `/readyz` and `/metrics` on `host`; 0 takes a free one. Without it, none is opened. */
  port: optional(number(0, 65_535, { whole: true })),
  host: byDefault(
    text('a host name or address', (value) => /^[\w.:-]+$/.test(value)),
    '127.0.0.1',
  ),
  log: byDefault(
    object({
      level: byDefault(oneOf(['trace', 'debug', 'info', 'warn', 'error', 'silent']), 'info'),
      /** A file, in JSON lines, or "-" for standard error. Without it no log is written. */
      file: optional(text('a path', (value) => value.trim() !== '')),
    }),
    Object.freeze({ level: 'info' as const }),
  ),
  /** Traces of commits, back-fills and posts. */
  traces: byDefault(flag, true),
});

export type TelemetrySettings = ReturnType<typeof settings>;

/** Where metrics, traces and the log go, as it may be stated. */
export type TelemetrySettingsInput = InputOf<typeof settings>;

export const NO_TELEMETRY: TelemetrySettings = settings({}, '');

export const telemetrySettings: Shape<TelemetrySettings, TelemetrySettingsInput> = (value, path) =>
  settings(value, path);

export const TELEMETRY_ALLOWED = `{ "otlp": { "url": "http://127.0.0.1:4318" }, "azureMonitor": { "connectionString": ${REFERENCES_ALLOWED} }, "port": 9464 }`;

/** The variables that OpenTelemetry and Application Insights themselves define, where the settings say nothing. */
export function telemetryOfEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  stated: TelemetrySettings,
): TelemetrySettings {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: url, APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString } = env;
  return Object.freeze({
    ...stated,
    ...(url && !stated.otlp && isHttp(url) ? { otlp: Object.freeze({ url }) } : {}),
    ...(connectionString && !stated.azureMonitor
      ? {
          azureMonitor: Object.freeze({
            connectionString: Secret.of('env:APPLICATIONINSIGHTS_CONNECTION_STRING'),
          }),
        }
      : {}),
  });
}

/** Collectors stand beside the process or in its network, so that http is not refused; passwords go into headers. */
function isHttp(address: string): boolean {
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) return false;
  const { username, password } = new URL(address);
  return username === '' && password === '';
}

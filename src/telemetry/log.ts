import type { TelemetrySettings } from '../configuration/index.ts';
import { CandlebookError } from '../market/index.ts';
import { redact } from '../redaction/index.ts';

/** Figures and words beside a message; an error among them is written with its code. */
export type LogFields = Readonly<Record<string, unknown>>;

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** One line an event: a message that stays the same, and fields that differ. */
export type Log = { readonly [K in LogLevel]: (message: string, fields?: LogFields) => void };

/** Where lines go, secrets masked already. */
export type LogSink = (level: LogLevel, message: string, fields: LogFields) => void;

const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error'];

/** A log that hands what is loud enough to all sinks. */
export function logTo(least: TelemetrySettings['log']['level'], sinks: readonly LogSink[]): Log {
  const from = least === 'silent' ? LEVELS.length : LEVELS.indexOf(least);
  const writer =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (LEVELS.indexOf(level) < from) return;
      const masked = maskFields(fields);
      for (const sink of sinks) sink(level, redact(message), masked);
    };
  return Object.fromEntries(LEVELS.map((level) => [level, writer(level)])) as Log;
}

/** Through the redactor, whatever is in it; what is no JSON becomes text. */
function maskFields(fields: LogFields): LogFields {
  const text = JSON.stringify(fields, (_, value: unknown) =>
    value instanceof Error ? errorFields(value) : typeof value === 'bigint' ? String(value) : value,
  );
  return JSON.parse(redact(text)) as LogFields;
}

function errorFields(error: Error): LogFields {
  const { name, message, stack } = error;
  if (error instanceof CandlebookError) return { name, code: error.code, message };
  return { name, message, stack };
}

/** Pino's JSON lines in a file, or on standard error for `-`. */
export async function openLogFile(
  path: string,
  onTrouble: (error: Error) => void,
): Promise<{ sink: LogSink; close: () => Promise<void> }> {
  const { pino } = await import('pino');
  const destination = pino.destination({ dest: path === '-' ? 2 : path, mkdir: true, sync: path === '-' });
  destination.on('error', onTrouble);
  const logger = pino(
    {
      level: 'trace',
      base: { pid: process.pid, service: 'candlebook' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return {
    sink: (level, message, fields) => logger[level](fields, message),
    close: () =>
      new Promise((resolve) => {
        destination.once('close', resolve);
        destination.once('error', resolve);
        if (path === '-') resolve(undefined);
        else destination.end();
      }),
  };
}

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  CandlebookError,
  DOCUMENT_SYMBOLS,
  HOSTS,
  type HostPreset,
  type Interval,
  USDT_SYMBOLS,
} from '../market/index.ts';
import { type AlertSettings, type AlertSettingsInput, NO_ALERTS } from './alert-settings.ts';
import {
  type DatabricksSettings,
  type DatabricksSettingsInput,
  databricksOfEnvironment,
  NO_DATABRICKS,
} from './databricks-settings.ts';
import { FIELDS, type FieldName } from './fields.ts';
import { flagOf, valuesOfFlags } from './flags.ts';
import { DEFAULT_INDICATORS, DEFAULT_PANELS, type PanelName } from './panels.ts';
import { Misfit } from './shape.ts';
import {
  NO_TELEMETRY,
  type TelemetrySettings,
  type TelemetrySettingsInput,
  telemetryOfEnvironment,
} from './telemetry-settings.ts';
import type { TopicSettings, TopicSettingsInput } from './topic-settings.ts';

/** How often the board is fed: `'live'` by WebSocket, or a REST poll every 5, 15 or 30 seconds. */
export type Refresh = 'live' | 5 | 15 | 30;

/** All three are safe for the colour-blind; `colorblind` keeps up and down apart in lightness too. */
export type Theme = 'light' | 'dark' | 'colorblind';

/** An exchange preset, or the embedded exchange. */
export type Host = HostPreset | 'simulated';

/** All that a run needs to know. Validated once, by `loadSettings`; frozen. */
export interface Settings {
  readonly host: Host;
  /** Base of the REST API, no trailing slash. Empty when the embedded exchange is to be started in this process. */
  readonly restUrl: string;
  /** Base of the WebSocket API, no trailing slash. Empty as `restUrl` is. */
  readonly wsUrl: string;
  /** The trades come from this topic of Event Hubs or Kafka; statistics and the past, by REST from the host. */
  readonly topic?: TopicSettings;
  /** Upper-case pairs as the host lists them, in the order in which panels show them. 1 to 1,000. */
  readonly symbols: readonly string[];
  /** The pair of the candlestick chart; one of `symbols`. */
  readonly chartSymbol: string;
  readonly interval: Interval;
  readonly refresh: Refresh;
  readonly theme: Theme;
  /** Panels of the board. */
  readonly panels: readonly PanelName[];
  /** Indicators of the chart, by name and parameters: `ema_50`, `macd_12_26_9`. Up to 12. */
  readonly indicators: readonly string[];
  /** Folder or `abfss://container@account.dfs.core.windows.net/path` under which the tables lie. */
  readonly tables: string;
  /** Seed of the embedded exchange's market. */
  readonly seed: number;
  /** A run ends by itself after so many seconds; 0 = only when stopped. */
  readonly runSeconds: number;
  /** Rules of what is worth an alert, and where it is posted. */
  readonly alerts: AlertSettings;
  /** Where metrics, traces and the log go. */
  readonly telemetry: TelemetrySettings;
  /** The Databricks workspace that is asked and steered. */
  readonly databricks: DatabricksSettings;
  /** The Key Vault that `keyvault:NAME` means; empty where there is none. */
  readonly keyVault: string;
  /** How often secrets are read again, so that a rotation is followed; 0 = never. */
  readonly secretRefreshSeconds: number;
}

/** What code, a file or the environment may state; everything is optional. */
export interface SettingsInput {
  host?: Host;
  /** Address of an exchange that is already running, `http://127.0.0.1:PORT`; with host `simulated` only. */
  exchangeUrl?: string;
  /** Trades from a topic that was filled from this host: its broker alone, or more of it. */
  topic?: TopicSettingsInput;
  symbols?: readonly string[];
  chartSymbol?: string;
  interval?: Interval;
  refresh?: Refresh;
  theme?: Theme;
  panels?: readonly PanelName[];
  indicators?: readonly string[];
  tables?: string;
  seed?: number;
  runSeconds?: number;
  /** `{ rules, webhook }`, or the rules alone. */
  alerts?: AlertSettingsInput;
  /** `{ otlp, azureMonitor, everySeconds, port, host, log, traces }`, each optional. */
  telemetry?: TelemetrySettingsInput;
  /** `{ host, token, warehouse }`, each optional. */
  databricks?: DatabricksSettingsInput;
  /** Address or name of a Key Vault. */
  keyVault?: string;
  secretRefreshSeconds?: number;
}

export interface LoadOptions {
  /** Settings file (JSON). Default: `CANDLEBOOK_SETTINGS`, else `.candlebook.json` in the working folder if it is there. */
  file?: string;
  /** Texts of command-line options by setting, `{ refresh: '5' }`; they go before the environment. */
  flags?: Readonly<Record<string, unknown>>;
  /** Default: `process.env`. */
  env?: Readonly<Record<string, string | undefined>>;
}

/** The settings file that is read from the working folder when no other is named. */
export const SETTINGS_FILE = '.candlebook.json';

/**
 * Settings from code, command line, environment and file, in this order of precedence, then the defaults.
 *
 * @throws CandlebookError SETTING_INVALID naming the field, its value, where it came from and what is allowed;
 *   SETTINGS_UNREADABLE when the file is absent (if it was named) or is not a JSON object.
 */
export function loadSettings(input: SettingsInput = {}, options: LoadOptions = {}): Settings {
  const env = options.env ?? process.env;
  const file = readSettingsFile(options.file ?? env.CANDLEBOOK_SETTINGS);
  const layers = [
    checkAll(file.values, file.path),
    checkAll(fromEnvironment(env), 'the environment', (name) => FIELDS[name].variable),
    checkAll(valuesOfFlags(options.flags ?? {}), 'the command line', flagOf),
    checkAll(input as Record<string, unknown>, 'code'),
  ];
  const stated = layers.reduce((below, above) => ({ ...withoutReplacedAddress(below, above), ...above }), {});
  return resolveSettings(stated, env);
}

/** A live host goes before an exchange's address that was stated further down: code before the demo's environment. */
function withoutReplacedAddress(below: SettingsInput, above: SettingsInput): SettingsInput {
  if (above.host === undefined || above.host === 'simulated') return below;
  const { exchangeUrl: _, ...rest } = below;
  return rest;
}

/** What holds where nothing is stated. */
export function defaultSettings(): Settings {
  return resolveSettings({}, {});
}

function resolveSettings(stated: SettingsInput, env: NonNullable<LoadOptions['env']>): Settings {
  const host = stated.host ?? (stated.exchangeUrl ? 'simulated' : 'binance.us');
  if (stated.exchangeUrl && host !== 'simulated') {
    throw new CandlebookError(
      'SETTING_INVALID',
      `exchangeUrl is set while host is ${JSON.stringify(host)}.`,
      {
        value: stated.exchangeUrl,
        hint: 'An exchange address goes with host "simulated"; leave it out for a live host.',
      },
    );
  }
  const restUrl = host === 'simulated' ? (stated.exchangeUrl ?? '') : HOSTS[host].restUrl;
  const wsUrl = host === 'simulated' ? restUrl.replace(/^http/, 'ws') : HOSTS[host].wsUrl;
  const symbols = stated.symbols ?? defaultSymbols(host);
  const chartSymbol = stated.chartSymbol ?? symbols[0]!;
  if (!symbols.includes(chartSymbol)) {
    throw new CandlebookError(
      'SETTING_INVALID',
      `chartSymbol is ${JSON.stringify(chartSymbol)}, which is not tracked.`,
      {
        value: chartSymbol,
        hint: `Use one of ${symbols.join(', ')}, or add it to symbols.`,
      },
    );
  }
  const topic = stated.topic as TopicSettings | undefined;
  checkTopic(topic, stated);
  const alerts = (stated.alerts as AlertSettings | undefined) ?? NO_ALERTS;
  checkAlertSymbols(alerts, symbols);
  return Object.freeze({
    host,
    restUrl,
    wsUrl,
    ...(topic ? { topic } : {}),
    symbols: Object.freeze([...symbols]),
    chartSymbol,
    interval: stated.interval ?? '1m',
    refresh: stated.refresh ?? 'live',
    theme: stated.theme ?? 'light',
    panels: Object.freeze([...(stated.panels ?? DEFAULT_PANELS)]),
    indicators: Object.freeze([...(stated.indicators ?? DEFAULT_INDICATORS)]),
    tables: stated.tables ?? 'tables',
    seed: stated.seed ?? 1,
    runSeconds: stated.runSeconds ?? 0,
    alerts,
    telemetry: telemetryOfEnvironment(env, (stated.telemetry as TelemetrySettings) ?? NO_TELEMETRY),
    databricks: databricksOfEnvironment(env, (stated.databricks as DatabricksSettings) ?? NO_DATABRICKS),
    keyVault: stated.keyVault ?? '',
    secretRefreshSeconds: stated.secretRefreshSeconds ?? 300,
  });
}

/** A topic is of one market: that of the host. */
function checkTopic(topic: TopicSettings | undefined, { host, exchangeUrl, refresh }: SettingsInput): void {
  if (!topic) return;
  if (refresh !== undefined && refresh !== 'live')
    throw new CandlebookError('SETTING_INVALID', `topic is set while refresh is ${refresh}.`, {
      value: refresh,
      hint: 'What a topic brings is live; leave refresh out.',
    });
  if (host === 'simulated' && exchangeUrl === undefined)
    throw new CandlebookError(
      'SETTING_INVALID',
      'topic is set for an embedded exchange that is yet to start.',
      {
        value: host,
        hint: 'Its trades would be of another market: add the exchangeUrl of the one that was published.',
      },
    );
}

function checkAlertSymbols(alerts: AlertSettings, tracked: readonly string[]): void {
  alerts.rules.forEach((rule, i) => {
    const stranger = rule.symbols?.find((symbol) => !tracked.includes(symbol));
    if (stranger === undefined) return;
    throw new CandlebookError(
      'SETTING_INVALID',
      `alerts.rules[${i}].symbols (rule ${JSON.stringify(rule.name)}) has ${JSON.stringify(stranger)}, which is not tracked.`,
      { value: stranger, hint: `Use some of ${tracked.join(', ')}, or add it to symbols.` },
    );
  });
}

/** binance.us lists the original dashboard's USD pairs (as the embedded exchange does); elsewhere the same coins trade against USDT. */
function defaultSymbols(host: Host): readonly string[] {
  return host === 'binance.us' || host === 'simulated' ? DOCUMENT_SYMBOLS : USDT_SYMBOLS;
}

function readSettingsFile(named: string | undefined): { path: string; values: Record<string, unknown> } {
  const path = resolve(named ?? SETTINGS_FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (named === undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT')
      return { path, values: {} };
    throw new CandlebookError(
      'SETTINGS_UNREADABLE',
      `The settings file ${path} can not be read (${(cause as NodeJS.ErrnoException).code}).`,
      {
        value: path,
        hint: 'Create it, or correct the path in CANDLEBOOK_SETTINGS or in the file option.',
        cause,
      },
    );
  }
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (cause) {
    throw new CandlebookError(
      'SETTINGS_UNREADABLE',
      `The settings file ${path} is not JSON: ${(cause as Error).message}.`,
      {
        value: path,
        hint: 'Mend it, for example { "host": "data-only", "refresh": 5 }.',
        cause,
      },
    );
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new CandlebookError(
      'SETTINGS_UNREADABLE',
      `The settings file ${path} does not hold a JSON object.`,
      {
        value: path,
        hint: 'Write an object of settings, for example { "host": "data-only", "refresh": 5 }.',
      },
    );
  }
  return { path, values: values as Record<string, unknown> };
}

function fromEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(FIELDS)) {
    const text = env[field.variable];
    if (text !== undefined && text !== '') values[name] = field.fromText(text);
  }
  return values;
}

function checkAll(
  values: Record<string, unknown>,
  origin: string,
  nameOf: (name: FieldName) => string = (name) => name,
): SettingsInput {
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    if (!(name in FIELDS)) {
      throw new CandlebookError('SETTING_INVALID', `Unknown setting ${JSON.stringify(name)} in ${origin}.`, {
        value: name,
        hint: `Settings are ${Object.keys(FIELDS).join(', ')}.`,
      });
    }
    const field = FIELDS[name as FieldName];
    const accepted = acceptOrName(field, value, nameOf(name as FieldName), origin);
    if (accepted === undefined) {
      throw new CandlebookError(
        'SETTING_INVALID',
        `${nameOf(name as FieldName)} is ${shown(value)} in ${origin}.`,
        {
          value: shown(value),
          hint: `Allowed: ${field.allowed}.`,
        },
      );
    }
    checked[name] = accepted;
  }
  return checked as SettingsInput;
}

/** Says which part of a setting is refused, rather than showing all of it. */
function acceptOrName(
  field: { accept(value: unknown): unknown },
  value: unknown,
  name: string,
  origin: string,
): unknown {
  try {
    return field.accept(value);
  } catch (misfit) {
    if (!(misfit instanceof Misfit)) throw misfit;
    const found = misfit.value === undefined ? 'missing' : shown(misfit.value);
    throw new CandlebookError('SETTING_INVALID', `${name}${misfit.path} is ${found} in ${origin}.`, {
      value: found,
      hint: `Allowed: ${misfit.allowed}.`,
    });
  }
}

/** A value as an error may show it: addresses without user, password or query, where secrets stand. */
function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value))
    .replace(/\?[^",\]}]*/g, '?…')
    .replace(/\/\/[^/@",]*@/g, '//…@');
}

import { INDICATORS, indicatorOf } from '../indicators/index.ts';
import { acceptSymbol, HOSTS, INTERVALS, isInterval } from '../market/index.ts';
import { vaultAddress } from '../secrets/index.ts';
import { ALERTS_ALLOWED, alertSettings } from './alert-settings.ts';
import { DATABRICKS_ALLOWED, databricksSettings } from './databricks-settings.ts';
import { PANEL_NAMES, type PanelName } from './panels.ts';
import type { Shape } from './shape.ts';
import { TELEMETRY_ALLOWED, telemetrySettings } from './telemetry-settings.ts';
import { TOPIC_ALLOWED, topicSettings } from './topic-settings.ts';

/** One setting: what it is, how a value is recognised, how a text stands for it, and what is allowed. */
export interface Field {
  readonly variable: string;
  readonly allowed: string;
  /** What it is, for the help of the command line. */
  readonly about: string;
  /** Its texts on the command line, where there are few. */
  readonly choices?: readonly string[];
  /** The value to use, or `undefined` to refuse. @throws Misfit where a part of it is refused */
  accept(value: unknown): unknown;
  /** From an environment variable; what can not be read comes back as the text, to be refused by `accept`. */
  fromText(text: string): unknown;
}

const HOST_NAMES = [...Object.keys(HOSTS), 'simulated'];

const asText = (text: string): unknown => text;
const asNumber = (text: string): unknown =>
  text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;

function oneOf(
  variable: string,
  about: string,
  values: readonly unknown[],
  fromText: (text: string) => unknown = asText,
): Field {
  return {
    variable,
    about,
    choices: values.map(String),
    allowed: values.map((value) => JSON.stringify(value)).join(', '),
    accept: (value) => (values.includes(value) ? value : undefined),
    fromText,
  };
}

function wholeNumber(variable: string, about: string, least: number, most: number): Field {
  return {
    variable,
    about,
    allowed: `a whole number from ${least} to ${most}`,
    accept: (value) =>
      Number.isInteger(value) && (value as number) >= least && (value as number) <= most ? value : undefined,
    fromText: asNumber,
  };
}

/** What `bench -- growth` goes up to. */
const MOST_SYMBOLS = 1_000;

function acceptSymbols(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length < 1 || value.length > MOST_SYMBOLS) return undefined;
  const symbols = value.map(acceptSymbol);
  if (symbols.includes(undefined) || new Set(symbols).size !== symbols.length) return undefined;
  return symbols as string[];
}

function listOf(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

function acceptPanels(value: unknown): PanelName[] | undefined {
  if (!Array.isArray(value) || value.length < 1 || new Set(value).size !== value.length) return undefined;
  return value.every((name) => PANEL_NAMES.includes(name)) ? value : undefined;
}

const MOST_INDICATORS = 12;

function acceptIndicators(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length > MOST_INDICATORS || new Set(value).size !== value.length)
    return undefined;
  return value.every(isIndicator) ? value : undefined;
}

function isIndicator(id: unknown): boolean {
  if (typeof id !== 'string') return false;
  try {
    indicatorOf(id);
    return true;
  } catch {
    return false;
  }
}

function acceptUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  return url.origin;
}

function acceptTables(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return value;
  return /^abfss?:\/\/[^/@?]+@[^/?]+(\/[^?]*)?$/.test(value) ? value : undefined;
}

/** An object, checked part by part; in the environment and on the command line it is JSON. */
function nested(variable: string, about: string, allowed: string, shape: Shape<unknown>): Field {
  return {
    variable,
    about,
    allowed,
    accept: (value) => shape(value, ''),
    fromText: (text) => {
      try {
        return JSON.parse(text);
      } catch {
        return text;
      }
    },
  };
}

function acceptVault(value: unknown): string | undefined {
  return typeof value === 'string' ? vaultAddress(value) : undefined;
}

export const FIELDS = {
  host: oneOf('CANDLEBOOK_HOST', 'exchange that is watched (default: binance.us)', HOST_NAMES),
  exchangeUrl: {
    variable: 'CANDLEBOOK_EXCHANGE_URL',
    about: 'embedded exchange that is running, such as http://127.0.0.1:8080',
    allowed: 'an http address such as "http://127.0.0.1:9443"',
    accept: acceptUrl,
    fromText: asText,
  },
  symbols: {
    variable: 'CANDLEBOOK_SYMBOLS',
    about: 'pairs, such as BTCUSDT,ETHUSDT; up to 1,000 (default: seven coins)',
    allowed: '1 to 1,000 different pairs, such as ["BTCUSDT", "ETHUSDT"] (as one text: BTCUSDT,ETHUSDT)',
    accept: acceptSymbols,
    fromText: (text) => text.split(','),
  },
  chartSymbol: {
    variable: 'CANDLEBOOK_CHART_SYMBOL',
    about: 'pair of the candlestick chart (default: the first)',
    allowed: 'a pair such as "BTCUSDT"',
    accept: acceptSymbol,
    fromText: asText,
  },
  interval: {
    variable: 'CANDLEBOOK_INTERVAL',
    about: 'length of a candle (default: 1m)',
    choices: INTERVALS,
    allowed: INTERVALS.join(', '),
    accept: (value) => (isInterval(value) ? value : undefined),
    fromText: asText,
  },
  refresh: oneOf(
    'CANDLEBOOK_REFRESH',
    'with every trade, or a poll each so many seconds (default: live)',
    ['live', 5, 15, 30],
    asNumber,
  ),
  theme: oneOf('CANDLEBOOK_THEME', 'colours of the board (default: light)', ['light', 'dark', 'colorblind']),
  panels: {
    variable: 'CANDLEBOOK_PANELS',
    about: `panels of the board, with commas between, out of ${PANEL_NAMES.join(', ')}`,
    allowed: `different panels out of ${PANEL_NAMES.join(', ')} (as one text: with commas between)`,
    accept: acceptPanels,
    fromText: listOf,
  },
  indicators: {
    variable: 'CANDLEBOOK_INDICATORS',
    about: `lines of the chart, such as ema_50,macd_12_26_9, or none; names are ${Object.keys(INDICATORS).join(', ')}`,
    allowed: `up to ${MOST_INDICATORS} different indicators with their parameters, such as ["ema_50", "macd_12_26_9"] (as one text: ema_50,rsi_14, or none); names are ${Object.keys(INDICATORS).join(', ')}`,
    accept: acceptIndicators,
    fromText: (text) => (text.trim() === 'none' ? [] : listOf(text)),
  },
  tables: {
    variable: 'CANDLEBOOK_TABLES',
    about: 'folder or abfss:// address of the tables (default: tables)',
    allowed:
      'a folder, or "abfss://container@account.dfs.core.windows.net/path" (credentials go into AZURE_… variables, never into the address)',
    accept: acceptTables,
    fromText: asText,
  },
  seed: wholeNumber('CANDLEBOOK_SEED', 'seed of the simulated market (default: 1)', 0, 2 ** 31 - 1),
  runSeconds: wholeNumber(
    'CANDLEBOOK_RUN_SECONDS',
    'end after so long (default: 0, when it is stopped)',
    0,
    86_400 * 366,
  ),
  alerts: nested('CANDLEBOOK_ALERTS', 'rules and webhook, as JSON', ALERTS_ALLOWED, alertSettings),
  telemetry: nested(
    'CANDLEBOOK_TELEMETRY',
    'where metrics, traces and the log go, as JSON',
    TELEMETRY_ALLOWED,
    telemetrySettings,
  ),
  databricks: nested(
    'CANDLEBOOK_DATABRICKS',
    'workspace, token and warehouse, as JSON',
    DATABRICKS_ALLOWED,
    databricksSettings,
  ),
  keyVault: {
    variable: 'CANDLEBOOK_KEY_VAULT',
    about: 'vault that keyvault:NAME means: its name or address',
    allowed: 'the address of a Key Vault such as "https://books.vault.azure.net", or its name',
    accept: acceptVault,
    fromText: asText,
  },
  secretRefreshSeconds: wholeNumber(
    'CANDLEBOOK_SECRET_REFRESH_SECONDS',
    'read secrets again so often (default: 300; 0: never)',
    0,
    86_400,
  ),
  topic: nested(
    'CANDLEBOOK_TOPIC',
    'broker that trades come from: HOST:PORT, NAMESPACE.servicebus.windows.net, env:NAME or keyvault:NAME',
    TOPIC_ALLOWED,
    topicSettings,
  ),
} as const satisfies Record<string, Field>;

export type FieldName = keyof typeof FIELDS;

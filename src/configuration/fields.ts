import { INDICATORS, indicatorOf } from '../indicators/index.ts';
import { HOSTS, INTERVALS, isInterval } from '../market/index.ts';
import { vaultAddress } from '../secrets/index.ts';
import { ALERTS_ALLOWED, alertSettings } from './alert-settings.ts';
import { DATABRICKS_ALLOWED, databricksSettings } from './databricks-settings.ts';
import { PANEL_NAMES, type PanelName } from './panels.ts';
import type { Shape } from './shape.ts';
import { TELEMETRY_ALLOWED, telemetrySettings } from './telemetry-settings.ts';
import { acceptSymbol } from './texts.ts';
import { TOPIC_ALLOWED, topicSettings } from './topic-settings.ts';

/** One setting: how a value is recognised, how a text stands for it, and the sentence that says what is allowed. */
interface Field {
  readonly variable: string;
  readonly allowed: string;
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
  values: readonly unknown[],
  fromText: (text: string) => unknown = asText,
): Field {
  return {
    variable,
    allowed: values.map((value) => JSON.stringify(value)).join(', '),
    accept: (value) => (values.includes(value) ? value : undefined),
    fromText,
  };
}

function wholeNumber(variable: string, least: number, most: number): Field {
  return {
    variable,
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
function nested(variable: string, allowed: string, shape: Shape<unknown>): Field {
  return {
    variable,
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
  host: oneOf('CANDLEBOOK_HOST', HOST_NAMES),
  exchangeUrl: {
    variable: 'CANDLEBOOK_EXCHANGE_URL',
    allowed: 'an http address such as "http://127.0.0.1:9443"',
    accept: acceptUrl,
    fromText: asText,
  },
  symbols: {
    variable: 'CANDLEBOOK_SYMBOLS',
    allowed:
      '1 to 1,000 different pairs, such as ["BTCUSDT", "ETHUSDT"] (in the environment: BTCUSDT,ETHUSDT)',
    accept: acceptSymbols,
    fromText: (text) => text.split(','),
  },
  chartSymbol: {
    variable: 'CANDLEBOOK_CHART_SYMBOL',
    allowed: 'a pair such as "BTCUSDT"',
    accept: acceptSymbol,
    fromText: asText,
  },
  interval: {
    variable: 'CANDLEBOOK_INTERVAL',
    allowed: INTERVALS.join(', '),
    accept: (value) => (isInterval(value) ? value : undefined),
    fromText: asText,
  },
  refresh: oneOf('CANDLEBOOK_REFRESH', ['live', 5, 15, 30], asNumber),
  theme: oneOf('CANDLEBOOK_THEME', ['light', 'dark', 'colorblind']),
  panels: {
    variable: 'CANDLEBOOK_PANELS',
    allowed: `different panels out of ${PANEL_NAMES.join(', ')} (in the environment: with commas between)`,
    accept: acceptPanels,
    fromText: listOf,
  },
  indicators: {
    variable: 'CANDLEBOOK_INDICATORS',
    allowed: `up to ${MOST_INDICATORS} different indicators with their parameters, such as ["ema_50", "macd_12_26_9"] (in the environment: ema_50,rsi_14; "none" for no indicator); names are ${Object.keys(INDICATORS).join(', ')}`,
    accept: acceptIndicators,
    fromText: (text) => (text.trim() === 'none' ? [] : listOf(text)),
  },
  tables: {
    variable: 'CANDLEBOOK_TABLES',
    allowed:
      'a folder, or "abfss://container@account.dfs.core.windows.net/path" (credentials go into AZURE_… variables, never into the address)',
    accept: acceptTables,
    fromText: asText,
  },
  seed: wholeNumber('CANDLEBOOK_SEED', 0, 2 ** 31 - 1),
  runSeconds: wholeNumber('CANDLEBOOK_RUN_SECONDS', 0, 86_400 * 366),
  alerts: nested('CANDLEBOOK_ALERTS', ALERTS_ALLOWED, alertSettings),
  telemetry: nested('CANDLEBOOK_TELEMETRY', TELEMETRY_ALLOWED, telemetrySettings),
  databricks: nested('CANDLEBOOK_DATABRICKS', DATABRICKS_ALLOWED, databricksSettings),
  keyVault: {
    variable: 'CANDLEBOOK_KEY_VAULT',
    allowed: 'the address of a Key Vault such as "https://books.vault.azure.net", or its name',
    accept: acceptVault,
    fromText: asText,
  },
  secretRefreshSeconds: wholeNumber('CANDLEBOOK_SECRET_REFRESH_SECONDS', 0, 86_400),
  topic: nested('CANDLEBOOK_TOPIC', TOPIC_ALLOWED, topicSettings),
} as const satisfies Record<string, Field>;

export type FieldName = keyof typeof FIELDS;

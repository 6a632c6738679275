import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadSettings, PANEL_NAMES } from '../../src/configuration/index.ts';
import { CandlebookError } from '../../src/market/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlebook-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(content: string): string {
  const path = join(folder, 'settings.json');
  writeFileSync(path, content);
  return path;
}

function refusal(run: () => unknown): CandlebookError {
  try {
    run();
  } catch (error) {
    if (error instanceof CandlebookError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('defaults', () => {
  test('are the document’s seven pairs on binance.us', () => {
    const settings = loadSettings({}, { env: {} });
    expect(settings.host).toBe('binance.us');
    expect(settings.restUrl).toBe('https://api.binance.us');
    expect(settings.symbols).toEqual(['BTCUSD', 'ETHUSD', 'ADAUSD', 'DOGEUSD', 'SOLUSD', 'XRPUSD', 'DOTUSD']);
    expect(settings.refresh).toBe('live');
    expect(Object.isFrozen(settings) && Object.isFrozen(settings.symbols)).toBe(true);
  });

  test('are the USDT pairs of the same coins on binance.com and its data-only host', () => {
    for (const host of ['binance.com', 'data-only'] as const) {
      const { symbols, chartSymbol } = loadSettings({ host }, { env: {} });
      expect(symbols).toEqual(['BTCUSDT', 'ETHUSDT', 'ADAUSDT', 'DOGEUSDT', 'SOLUSDT', 'XRPUSDT', 'DOTUSDT']);
      expect(chartSymbol).toBe('BTCUSDT');
    }
  });
});

describe('sources', () => {
  test('code goes before environment, environment before file', () => {
    const path = file('{ "theme": "dark", "refresh": 30, "seed": 3 }');
    const env = { CANDLEBOOK_SETTINGS: path, CANDLEBOOK_REFRESH: '15', CANDLEBOOK_SEED: '5' };
    const settings = loadSettings({ seed: 7 }, { env });
    expect([settings.theme, settings.refresh, settings.seed]).toEqual(['dark', 15, 7]);
  });

  test('an exchange address alone means the embedded exchange, with both addresses', () => {
    const settings = loadSettings({}, { env: { CANDLEBOOK_EXCHANGE_URL: 'http://127.0.0.1:4567/' } });
    expect([settings.host, settings.restUrl, settings.wsUrl]).toEqual([
      'simulated',
      'http://127.0.0.1:4567',
      'ws://127.0.0.1:4567',
    ]);
  });

  test('a live host in code goes before the embedded exchange of the environment; in one place they contradict', () => {
    const env = { CANDLEBOOK_HOST: 'simulated', CANDLEBOOK_EXCHANGE_URL: 'http://127.0.0.1:4567' };
    const { host, restUrl } = loadSettings({ host: 'data-only' }, { env });
    expect([host, restUrl]).toEqual(['data-only', 'https://data-api.binance.vision']);
    expect(loadSettings({ host: 'simulated' }, { env }).restUrl).toBe('http://127.0.0.1:4567');
    expect(refusal(() => loadSettings({}, { env: { ...env, CANDLEBOOK_HOST: 'data-only' } })).code).toBe(
      'SETTING_INVALID',
    );
  });

  test('symbols from the environment are split, trimmed and upper-cased', () => {
    const settings = loadSettings(
      {},
      { env: { CANDLEBOOK_SYMBOLS: 'btcusdt, ethusdt', CANDLEBOOK_HOST: 'data-only' } },
    );
    expect(settings.symbols).toEqual(['BTCUSDT', 'ETHUSDT']);
  });
});

test('panels and indicators have defaults that a trader uses; the environment names its own, or none', () => {
  const { panels, indicators } = loadSettings({}, { env: {} });
  expect(panels).toHaveLength(9);
  expect(panels.slice(0, 6)).toEqual(PANEL_NAMES.slice(0, 6));
  expect(indicators).toEqual(['ema_50', 'bollinger_20_2', 'vwap', 'rsi_14', 'macd_12_26_9']);
  const env = { CANDLEBOOK_PANELS: 'sentiment, drawdown', CANDLEBOOK_INDICATORS: 'supertrend_10_3,adx' };
  expect(loadSettings({}, { env })).toMatchObject({
    panels: ['sentiment', 'drawdown'],
    indicators: ['supertrend_10_3', 'adx'],
  });
  expect(loadSettings({}, { env: { CANDLEBOOK_INDICATORS: 'none' } }).indicators).toEqual([]);
});

describe('refusals name the field, the value, the origin and what is allowed', () => {
  test.each([
    [{ refresh: 7 }, /refresh is 7 in code\. Allowed: "live", 5, 15, 30\./],
    [{ theme: 'pink' }, /theme is "pink" in code\. Allowed: "light", "dark", "colorblind"\./],
    [{ panels: ['sentiment', 'nope'] }, /panels is .*"nope".*different panels out of current-prices, /],
    [{ panels: [] }, /panels is \[\]/],
    [
      { indicators: ['ema_50', 'emma_50'] },
      /indicators is .*"emma_50".*such as \["ema_50".*names are sma, ema/,
    ],
    [{ indicators: ['ema_-5'] }, /indicators is \["ema_-5"\]/],
    [{ host: 'kraken' }, /host is "kraken" in code\. Allowed: "binance\.us", .*"simulated"\./],
    [{ symbols: [] }, /symbols is \[\] in code\. Allowed: 1 to 1,000 different pairs/],
    [{ symbols: Array.from({ length: 1_001 }, (_, i) => `A${i}USDT`) }, /Allowed: 1 to 1,000 different/],
    [{ symbols: ['BTCUSDT', 'btcusdt'] }, /different pairs/],
    [{ symbols: ['BTC/USDT'] }, /symbols is \["BTC\/USDT"\]/],
    [{ interval: '2m' }, /interval is "2m".*1m, 3m/],
    [{ seed: 1.5 }, /seed is 1\.5.*whole number/],
    [{ runSeconds: -1 }, /runSeconds is -1/],
    [{ colour: 'red' }, /Unknown setting "colour" in code\. Settings are host, exchangeUrl, symbols/],
    [{ chartSymbol: 'LTCUSD' }, /chartSymbol is "LTCUSD", which is not tracked\. Use one of BTCUSD/],
    [
      { host: 'data-only', exchangeUrl: 'http://127.0.0.1:1' },
      /exchangeUrl is set while host is "data-only"/,
    ],
    [{ tables: 's3://bucket/x' }, /tables is "s3:\/\/bucket\/x".*abfss:/],
  ])('%j', (input, message) => {
    const error = refusal(() => loadSettings(input as object, { env: {} }));
    expect(error.code).toBe('SETTING_INVALID');
    expect(error.message).toMatch(message);
  });

  test('the environment’s variable is named', () => {
    const error = refusal(() => loadSettings({}, { env: { CANDLEBOOK_REFRESH: 'often' } }));
    expect(error.message).toBe(
      'CANDLEBOOK_REFRESH is "often" in the environment. Allowed: "live", 5, 15, 30.',
    );
  });

  test('a broken, absent or wrong file is named', () => {
    expect(refusal(() => loadSettings({}, { env: {}, file: file('{ "host": ') }))).toMatchObject({
      code: 'SETTINGS_UNREADABLE',
      message: expect.stringMatching(/settings\.json is not JSON: .*Mend it/),
    });
    expect(refusal(() => loadSettings({}, { env: {}, file: file('[1]') })).message).toMatch(
      /does not hold a JSON object/,
    );
    expect(refusal(() => loadSettings({}, { env: {}, file: join(folder, 'none.json') })).message).toMatch(
      /can not be read \(ENOENT\)/,
    );
    expect(refusal(() => loadSettings({}, { env: {}, file: file('{ "refresh": "5" }') })).message).toMatch(
      /refresh is "5" in .*settings\.json/,
    );
  });

  test('a secret in an address is not repeated', () => {
    const error = refusal(() =>
      loadSettings({ tables: 'abfss://c@acct.dfs.core.windows.net/p?sv=2024&sig=TOPSECRET' }, { env: {} }),
    );
    expect(error.message).not.toContain('TOPSECRET');
    expect(JSON.stringify(error)).not.toContain('TOPSECRET');
  });
});

describe('a topic', () => {
  const of = (topic: unknown, more: object = {}) =>
    loadSettings({ topic: topic as string, ...more }, { env: {} });

  test('is its broker alone, or more of it; on a command line and in the environment too', () => {
    expect(of('127.0.0.1:9092').topic).toEqual({ broker: '127.0.0.1:9092', from: 'latest' });
    const stated = { broker: 'env:HUB', name: 'trades', group: 'a', from: 'committed' };
    // The reference is held as a secret, which is shown as what it refers to.
    expect(JSON.parse(JSON.stringify(of(stated).topic))).toEqual(stated);
    const env = { CANDLEBOOK_TOPIC: '{"broker":"hub.servicebus.windows.net"}' };
    expect(loadSettings({}, { env }).topic?.broker).toBe('hub.servicebus.windows.net');
    const { topic } = loadSettings({}, { env, flags: { topic: 'env:HUB' } });
    expect(String(topic?.broker)).toBe('env:HUB');
  });

  test('that does not fit is refused, with the reason, and no key is shown', () => {
    const key = 'c2VjcmV0LXNlY3JldA==';
    const endpoint = `Endpoint=sb://hub.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey=${key}`;
    expect(inspect(of(endpoint))).not.toContain(key);
    const cases: [() => unknown, RegExp][] = [
      [() => of('no broker'), /topic\.broker is "\[redacted\]"/],
      [() => of({ broker: 'env:HUB', name: 'no topic' }), /topic\.name/],
      [() => of({ broker: 'env:HUB', from: 'committed' }), /topic\.group is missing/],
      [() => of('env:HUB', { refresh: 5 }), /while refresh is 5/],
      [() => of('env:HUB', { host: 'simulated' }), /embedded exchange that is yet to start/],
      [() => loadSettings({}, { env: {}, flags: { topic: endpoint } }), /--topic holds a key/],
    ];
    for (const [run, message] of cases) {
      const error = refusal(run);
      expect(error.code).toBe('SETTING_INVALID');
      expect(error.message).toMatch(message);
      expect(`${error.message} ${error.hint} ${inspect(error)}`).not.toContain(key);
    }
  });
});

import { expect, test } from 'vitest';
import { type AlertRuleInput, loadSettings } from '../../src/configuration/index.ts';
import { CandlebookError } from '../../src/market/index.ts';

function refusal(input: object): string {
  try {
    loadSettings(input, { env: {} });
  } catch (error) {
    if (error instanceof CandlebookError) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error('nothing was refused');
}

const price = { name: 'high', kind: 'price', above: 100_000 } as const;

test('rules get their defaults and are frozen', () => {
  const { alerts } = loadSettings({ alerts: [price] }, { env: {} });
  expect(alerts.rules).toEqual([
    { name: 'high', kind: 'price', above: 100_000, severity: 'warning', cooldownSeconds: 300, on: 'forming' },
  ]);
  expect(alerts.webhook).toBeUndefined();
  expect(Object.isFrozen(alerts.rules[0]) && Object.isFrozen(alerts.rules)).toBe(true);
});

test('every kind of rule can be stated', () => {
  const rules = [
    price,
    { name: 'b', kind: 'change', below: -5, bars: 10 },
    { name: 'c', kind: 'volumeSpike', symbols: ['btcusd'] },
    { name: 'd', kind: 'volatility', above: 80 },
    { name: 'e', kind: 'rsi', above: 70, below: 30, on: 'forming' },
    { name: 'f', kind: 'indicator', line: 'bollinger_20_2.upper', above: 1 },
    { name: 'g', kind: 'crossing', line: 'ema_9', over: 'ema_21', direction: 'up' },
    { name: 'h', kind: 'crossing', line: 'close', over: 100_000 },
    { name: 'i', kind: 'reversal' },
    { name: 'j', kind: 'stale', seconds: 20, severity: 'critical' },
  ] satisfies AlertRuleInput[];
  const { alerts } = loadSettings({ alerts: { rules } }, { env: {} });
  expect(alerts.rules.map(({ kind }) => kind)).toEqual(rules.map(({ kind }) => kind));
  expect(alerts.rules[2]!.symbols).toEqual(['BTCUSD']);
  const env = { CANDLEBOOK_ALERTS: JSON.stringify({ rules }) };
  expect(loadSettings({}, { env }).alerts).toEqual(alerts);
});

test.each([
  [
    { name: 'x', kind: 'price' },
    'alerts.rules[1].above is missing in code. Allowed: a number, or state below',
  ],
  [{ name: 'x', kind: 'price', above: '9' }, 'alerts.rules[1].above is "9"'],
  [{ name: 'x', kind: 'price', above: 1, below: 2 }, 'alerts.rules[1].below is 2'],
  [{ name: 'x', kind: 'prize', above: 1 }, 'alerts.rules[1].kind is "prize"'],
  [
    { name: 'x', kind: 'rsi', above: 170 },
    'alerts.rules[1].above is 170 in code. Allowed: a number from 0 to 100',
  ],
  [{ name: 'x', kind: 'rsi', above: 70, period: 0 }, 'alerts.rules[1].period is 0'],
  [{ name: 'x', kind: 'price', above: 1, over: 2 }, 'alerts.rules[1].over is 2'],
  [{ name: '', kind: 'reversal' }, 'alerts.rules[1].name is ""'],
  [
    { name: 'high', kind: 'reversal' },
    'alerts.rules[1].name is "high" in code. Allowed: a name that no other rule has',
  ],
  [{ name: 'x', kind: 'reversal', fast: 30 }, 'alerts.rules[1].fast is 30'],
  [{ name: 'x', kind: 'crossing', line: 'emma_9', over: 'close' }, 'alerts.rules[1].line is "emma_9"'],
  [{ name: 'x', kind: 'stale', cooldownSeconds: -1 }, 'alerts.rules[1].cooldownSeconds is -1'],
  [{ name: 'x', kind: 'reversal', symbols: ['BTCUSD', 'NOPE!'] }, 'alerts.rules[1].symbols[1] is "NOPE!"'],
  [
    { name: 'x', kind: 'reversal', symbols: ['LTCUSD'] },
    'alerts.rules[1].symbols (rule "x") has "LTCUSD", which is not tracked',
  ],
  ['price', 'alerts.rules[1].kind is missing'],
])('the error names the rule and its field: %j', (rule, message) => {
  expect(refusal({ alerts: { rules: [price, rule] } })).toContain(`SETTING_INVALID ${message}`);
});

test('a webhook is posted to by https, or on loopback; a secret that is refused is not shown', () => {
  const { alerts } = loadSettings(
    { alerts: { rules: [price], webhook: { url: 'http://127.0.0.1:9/hook', secret: 'keyvault:hook' } } },
    { env: {} },
  );
  expect(alerts.webhook).toMatchObject({ queue: 1_000, attempts: 10 });
  expect(alerts.webhook!.secret!.reference).toBe('keyvault:hook');
  expect(refusal({ alerts: { webhook: { url: 'http://example.com/hook' } } })).toContain(
    'alerts.webhook.url is "http://example.com/…" in code. Allowed: an https address',
  );
  expect(refusal({ alerts: { webhook: { url: 'https://x/', secret: 'keyvault:a b' } } })).toContain(
    'alerts.webhook.secret',
  );
  expect(refusal({ alerts: { webhook: { url: 'https://user:pl4nted@x/', queue: 0 } } })).not.toContain(
    'pl4nted',
  );
  expect(refusal({ alerts: { webhook: { url: 'ftp://user:pl4nted@x/' } } })).not.toContain('pl4nted');
});

test('telemetry: parts are checked, and the usual variables are followed', () => {
  const none = loadSettings({}, { env: {} }).telemetry;
  expect(none).toEqual({ everySeconds: 30, host: '127.0.0.1', log: { level: 'info' }, traces: true });
  const { telemetry } = loadSettings(
    {},
    {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
        APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=pl4nted-key',
      },
    },
  );
  expect(telemetry.otlp).toEqual({ url: 'http://collector:4318' });
  expect(telemetry.azureMonitor!.connectionString.reference).toBe(
    'env:APPLICATIONINSIGHTS_CONNECTION_STRING',
  );
  expect(refusal({ telemetry: { log: { level: 'loud' } } })).toContain('telemetry.log.level is "loud"');
  expect(refusal({ telemetry: { port: 70_000 } })).toContain('telemetry.port is 70000');
  expect(refusal({ telemetry: { otlp: {} } })).toContain('telemetry.otlp.url is missing');
});

test('a Key Vault may be stated by its name', () => {
  expect(loadSettings({ keyVault: 'books' }, { env: {} }).keyVault).toBe('https://books.vault.azure.net');
  expect(loadSettings({ keyVault: 'https://127.0.0.1:8443/' }, { env: {} }).keyVault).toBe(
    'https://127.0.0.1:8443',
  );
  expect(refusal({ keyVault: 'http://books.vault.azure.net' })).toContain('keyVault is');
});

import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import { expect, expectTypeOf, test } from 'vitest';
import { loadSettings, type SettingsInput } from '../../src/configuration/index.ts';
import { CandlebookError } from '../../src/market/index.ts';
import { openSecrets } from '../../src/secrets/index.ts';

const PLANTED = [
  'pl4nted-signing-key',
  'pl4nted-header',
  'pl4nted-instrumentation',
  'pl4nted-path-of-the-hook',
];
const load = (more: SettingsInput = {}) =>
  loadSettings(
    {
      alerts: {
        rules: [{ name: 'high', kind: 'price', above: 1 }],
        webhook: { url: `https://hooks.example/${PLANTED[3]}`, secret: PLANTED[0]! },
      },
      telemetry: {
        otlp: {
          url: 'http://127.0.0.1:4318',
          headers: { 'x-key': PLANTED[1]!, 'x-other': 'keyvault:other' },
        },
        azureMonitor: { connectionString: `InstrumentationKey=${PLANTED[2]}` },
      },
      ...more,
    },
    { env: {} },
  );

/** What `console` writes with one of its methods. */
function written(use: (to: Console) => void): string {
  let text = '';
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  use(new Console(stream));
  return text;
}

const settings = load();
const error = new CandlebookError('SETTING_INVALID', 'It is so.', {
  value: settings,
  cause: Object.assign(new Error('inner'), { settings, cause: settings.alerts }),
});

test.each<[string, () => string]>([
  ['console.log', () => written((to) => to.log(settings, '%o', settings))],
  ['console.dir', () => written((to) => to.dir(settings, { depth: null, showHidden: true }))],
  ['console.table', () => written((to) => to.table(settings.telemetry.otlp?.headers))],
  ['inspect, without the objects’ own ways', () => inspect(settings, { depth: null, customInspect: false })],
  ['inspect, with what is hidden', () => inspect(settings, { depth: null, showHidden: true, getters: true })],
  ['JSON', () => JSON.stringify(settings)],
  ['a text made of it', () => `${settings.alerts.webhook?.secret} ${format('%s %j', settings, settings)}`],
  ['a structured clone', () => inspect(structuredClone({ ...settings.alerts.webhook }), { depth: null })],
  ['its entries', () => inspect(Object.entries(settings.telemetry.otlp?.headers ?? {}))],
  ['an error with it', () => inspect(error, { depth: null, showHidden: true }) + JSON.stringify(error)],
  ['an error’s parts', () => inspect([error.value, error.cause], { depth: null, customInspect: false })],
])('a secret that settings state is not shown by %s', (_, show) => {
  const text = show();
  expect(text.length).toBeGreaterThan(2);
  expect(PLANTED.filter((secret) => text.includes(secret))).toEqual([]);
});

test('a reference is shown, and that there is a secret', () => {
  expect(inspect(settings, { depth: null })).toContain("'x-other': 'keyvault:other'");
  expect(JSON.parse(JSON.stringify(settings))).toMatchObject({
    alerts: { webhook: { url: 'https://hooks.example/[redacted]', secret: '[redacted]' } },
  });
});

test('it is in use all the same, and settings can be made of settings', async () => {
  const secrets = openSecrets({ env: {} });
  const again = load({ alerts: settings.alerts, telemetry: settings.telemetry });
  const { webhook } = again.alerts;
  expect([await secrets.get(webhook!.url), await secrets.get(webhook!.secret!)]).toEqual([
    `https://hooks.example/${PLANTED[3]}`,
    PLANTED[0],
  ]);
  secrets.close();
});

test('what was printed in its place is refused as a secret', () => {
  const printed = JSON.parse(JSON.stringify(settings.alerts)) as SettingsInput['alerts'] & object;
  expect(() => load({ alerts: printed })).toThrow(/alerts\.webhook\.url/);
  expect(() => load({ alerts: { webhook: { url: 'https://x/', secret: '[redacted]' } } })).toThrow(
    /alerts\.webhook\.secret/,
  );
});

test('an editor knows what alerts and telemetry may state', () => {
  type Rule = Extract<NonNullable<SettingsInput['alerts']>, readonly unknown[]>[number];
  expectTypeOf<Rule['kind']>().toEqualTypeOf<
    | 'price'
    | 'change'
    | 'volumeSpike'
    | 'volatility'
    | 'rsi'
    | 'indicator'
    | 'crossing'
    | 'reversal'
    | 'stale' // biome-ignore format: a list
  >();
  expectTypeOf<Extract<Rule, { kind: 'rsi' }>['on']>().toEqualTypeOf<'forming' | 'closed' | undefined>();
  // @ts-expect-error: an RSI has no window
  expect(() => load({ alerts: [{ name: 'x', kind: 'rsi', above: 70, window: 3 }] })).toThrow(/window/);
  // @ts-expect-error: a port is a number
  expect(() => load({ telemetry: { port: '9464' } })).toThrow(/telemetry\.port/);
});

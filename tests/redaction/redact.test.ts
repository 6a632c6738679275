import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { CandlebookError } from '../../src/market/index.ts';
import { forgetSecret, isSensitiveName, keepSecret, redact } from '../../src/redaction/index.ts';

const SECRET = 'p+lan/ted "5ecret"=';
afterEach(() => forgetSecret(SECRET));

describe('a known secret', () => {
  test.each([
    ['as it is', SECRET],
    ['URL-encoded', encodeURIComponent(SECRET)],
    ['in JSON', JSON.stringify({ note: SECRET })],
    ['in JSON within JSON', JSON.stringify({ note: JSON.stringify({ note: SECRET }) })],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64url', Buffer.from(SECRET).toString('base64url')],
  ])('is masked %s', (_, text) => {
    expect(redact(`before ${text} after`)).toContain(text);
    keepSecret(SECRET);
    const masked = redact(`before ${text} after`);
    expect(masked).not.toContain('5ecret');
    expect(masked).not.toContain(text);
    expect(masked).toMatch(/^before .*after$/);
  });

  test('is told again once it is none any more', () => {
    keepSecret(SECRET);
    expect(redact(SECRET)).toBe('[redacted]');
    forgetSecret(SECRET);
    expect(redact(SECRET)).toBe(SECRET);
  });

  test('the key of a connection string is masked by itself too', () => {
    const text =
      'DefaultEndpointsProtocol=https;AccountName=lake;AccountKey=bm90IGEga2V5IGJ1dCBsb25n;EndpointSuffix=x';
    keepSecret(text);
    expect(redact('signed with bm90IGEga2V5IGJ1dCBsb25n for lake')).toBe('signed with [redacted] for lake');
    forgetSecret(text);
  });
});

describe('what looks like a secret', () => {
  test.each([
    'https://lake.blob.core.windows.net/c?sv=2024&sig=QUJDREVGR0g%3D&se=2026',
    'AccountName=lake;AccountKey=QUJDREVGR0g=;EndpointSuffix=core.windows.net',
    'Endpoint=sb://x/;SharedAccessKeyName=all;SharedAccessKey=QUJDREVGR0g=',
    'Authorization: Bearer QUJDREVGR0gQUJDREVGR0g',
    'https://user:QUJDREVGR0g@example.com/hook',
    '{"secret":"QUJDREVGR0g","other":1}',
    '{"a":"{\\"password\\": \\"QUJDREVGR0g\\"}"}',
    "{ clientSecret: 'QUJDREVGR0g' }",
    'eyJhbGciOiJub25lIn0.QUJDREVGR0gQUJDREVGR0g.QUJDREVGR0g',
    'whsec_QUJDREVGR0g',
    '-----BEGIN PRIVATE KEY-----\nQUJDREVGR0g\n-----END PRIVATE KEY-----',
    'AZURE_CLIENT_SECRET=QUJDREVGR0g',
    'Server=x;Uid=me;Pwd=QUJDREVGR0g;',
    'InstrumentationKey=QUJDREVGR0g;IngestionEndpoint=https://x/',
  ])('is masked: %s', (text) => {
    expect(redact(text)).toContain('[redacted]');
    expect(redact(text)).not.toContain('QUJDREVGR0g');
  });

  test.each([
    'abfss://tables@lake.dfs.core.windows.net/market data',
    '{"secret":"keyvault:webhook-key","token":"env:HOOK_TOKEN"}',
    'BTCUSDT 97,000.50 USDT, tokens of SOL, basic figures, key levels: 3',
    'http://127.0.0.1:8080/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=3',
    '2026-11-27T19:12:07.123Z',
  ])('and what does not is left alone: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  test('the working folder is no secret', () => {
    expect(redact(`tables in ${process.cwd()}/tables`)).toBe(`tables in ${process.cwd()}/tables`);
  });

  test('a value of the environment under a telling name is masked wherever it comes up', async () => {
    process.env.CANDLEBOOK_TEST_CLIENT_SECRET = 'q8Zr-planted-in-environment';
    try {
      await expect
        .poll(() => redact('it says q8Zr-planted-in-environment'), { timeout: 5_000 })
        .toBe('it says [redacted]');
    } finally {
      delete process.env.CANDLEBOOK_TEST_CLIENT_SECRET;
    }
  });

  test.each([
    ['AZURE_CLIENT_SECRET', true],
    ['AZURE_STORAGE_CONNECTION_STRING', true],
    ['webhookSecret', true],
    ['x-api-key', true],
    ['TOKENIZER', false],
    ['PWD', false],
    ['symbol', false],
  ])('the name %s: %s', (name, telling) => {
    expect(isSensitiveName(name)).toBe(telling);
  });
});

describe('an error', () => {
  test('tells no secret: message, value, stack, cause, as text, as JSON and as Node prints it', () => {
    keepSecret(SECRET);
    const cause = Object.assign(new Error(`refused ${SECRET}`), {
      request: { url: `https://x/?sig=${SECRET}` },
    });
    const error = new CandlebookError('ACCESS_DENIED', `It says ${SECRET}.`, {
      value: { given: SECRET },
      hint: `Not ${SECRET}.`,
      cause,
    });
    const texts = [
      error.message,
      String(error),
      error.stack,
      error.hint,
      JSON.stringify(error),
      inspect(error, { depth: 9 }),
      JSON.stringify(error.value),
    ];
    for (const text of texts) expect(text).not.toContain('5ecret');
    expect(inspect(error)).toContain('refused [redacted]');
    expect(inspect(error)).toContain('at ');
  });
});

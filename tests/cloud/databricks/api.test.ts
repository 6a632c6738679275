import { describe, expect, test } from 'vitest';
import { redact } from '../../../src/redaction/index.ts';
import { error } from './loopback.ts';
import { column, eachWorkspace, failure } from './workspace.ts';

const on = eachWorkspace();
const ONE = { columns: [column('n', 'INT')], rows: [['1']] };
const ask = (options = {}) => on.open(options).sql('one');
const busy = (retryAfter?: string) => ({
  ...error(429, 'REQUEST_LIMIT_EXCEEDED', 'Too many requests.'),
  ...(retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }),
});

describe('turned away for the moment', () => {
  test('429 with Retry-After: asked again after that time, not before', async () => {
    on.api.statements.results.set('one', ONE);
    on.api.faults.push({ route: 'execute', answer: busy('1') }, { route: 'execute', answer: busy('0.2') });
    const began = performance.now();
    expect((await ask()).rowCount).toBe(1);
    expect(performance.now() - began).toBeGreaterThanOrEqual(1_195);
    expect(on.api.count('execute')).toBe(3);
  });

  test('a date as Retry-After is understood', async () => {
    on.api.statements.results.set('one', ONE);
    const answer = busy(new Date(Date.now() + 3_600_000).toUTCString());
    on.api.faults.push({ route: 'execute', answer });
    const late = await failure(ask());
    expect(late.code).toBe('RATE_LIMITED');
    expect(late.value).toBeGreaterThan(3_500_000);
  });

  test('503, and 429 without a time: growing pauses', async () => {
    on.api.statements.results.set('one', ONE);
    const away = error(503, 'TEMPORARILY_UNAVAILABLE', 'The service is starting.');
    on.api.faults.push({ route: 'execute', answer: away }, { route: 'execute', answer: busy() });
    expect((await ask()).rowCount).toBe(1);
  });

  test('for longer than is waited for: said at once, with the time', async () => {
    on.api.faults.push({ route: 'execute', answer: busy('90') });
    const began = performance.now();
    const refused = await failure(ask());
    expect(refused.code).toBe('RATE_LIMITED');
    expect(refused.message).toContain('90 s');
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(on.api.count('execute')).toBe(1);
  });

  test('for ever: given up after some attempts', async () => {
    for (let i = 0; i < 9; i++) on.api.faults.push({ route: 'execute', answer: busy('0') });
    expect((await failure(ask({ retries: 3 }))).code).toBe('RATE_LIMITED');
    expect(on.api.count('execute')).toBe(4);
  });

  test('the wait ends by the signal', async () => {
    const job = on.api.jobs.add('wait');
    const client = on.open();
    const runId = await client.jobs.run(String(job.job_id));
    on.api.faults.push({ route: 'run', answer: busy('50') });
    const stop = new AbortController();
    const asked = failure(client.jobs.get(runId, stop.signal));
    await expect.poll(() => on.api.count('run')).toBe(1);
    stop.abort();
    expect((await asked).code).toBe('STOPPED');
  });
});

describe('a token that has expired', () => {
  const expired = error(403, 'PERMISSION_DENIED', 'Invalid access token. [ReqId: 1]');

  test.each([401, 403])(
    'of the Azure identity, %d: renewed once, and the call made again',
    async (status) => {
      on.api.statements.results.set('one', ONE);
      if (status === 403) on.api.refusal = expired;
      const given = ['entra-token-expired', 'entra-token-fresh'];
      const scopes: string[] = [];
      on.api.tokens.clear();
      on.api.tokens.add('entra-token-fresh');
      const credential = {
        getToken: async (scope: string) => {
          scopes.push(scope);
          return { token: given.length > 1 ? given.shift()! : given[0]! };
        },
      };
      const result = await ask({ credential, env: { DATABRICKS_TOKEN: '' } });
      expect(result.rowCount).toBe(1);
      expect(on.api.seen.map(({ token }) => token)).toEqual(['entra-token-expired', 'entra-token-fresh']);
      expect(new Set(scopes)).toEqual(new Set(['2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default']));
    },
  );

  test('of the Azure identity, which has no other: one clear error, and no loop', async () => {
    on.api.tokens.clear();
    const credential = { getToken: async () => ({ token: 'entra-token-expired' }) };
    const refused = await failure(ask({ credential, env: { DATABRICKS_TOKEN: '' } }));
    expect(refused.code).toBe('ACCESS_DENIED');
    expect(refused.message).toContain('az login');
    expect(on.api.seen).toHaveLength(1);
  });

  test('by reference: read again, as after a rotation; one that stays refused is named, not told', async () => {
    on.api.statements.results.set('one', ONE);
    const env: Record<string, string> = { BOOKS_TOKEN: 'dapi-good-token' };
    const client = on.open({ token: 'env:BOOKS_TOKEN', env });
    await client.sql('one');
    on.api.tokens.clear();
    on.api.tokens.add('dapi-rotated-token');
    env.BOOKS_TOKEN = 'dapi-rotated-token';
    expect((await client.sql('one')).rowCount).toBe(1);
    on.api.tokens.clear();
    const refused = await failure(client.sql('one'));
    expect(refused.code).toBe('ACCESS_DENIED');
    expect(refused.message).toContain('env:BOOKS_TOKEN');
    expect(refused.message).not.toContain('rotated');
    expect(redact('dapi-rotated-token')).not.toContain('rotated');
  });

  test('no identity at all says how to sign in', async () => {
    const credential = { getToken: () => Promise.reject(new Error('CredentialUnavailableError: nobody')) };
    const refused = await failure(ask({ credential, env: { DATABRICKS_TOKEN: '' } }));
    expect(refused.code).toBe('ACCESS_DENIED');
    expect(refused.message).toContain('az login');
  });

  test('a refusal that is not about the token stays one', async () => {
    const denied = error(403, 'PERMISSION_DENIED', 'User does not have permission to use the warehouse.');
    on.api.faults.push({ route: 'execute', answer: denied });
    const refused = await failure(ask());
    expect(refused).toMatchObject({ code: 'ACCESS_DENIED', value: 'PERMISSION_DENIED' });
    expect(refused.message).toContain('CAN USE');
    expect(on.api.count('execute')).toBe(1);
  });
});

describe('connections and answers', () => {
  test('a cut connection: a look is repeated, a statement that may have run is not', async () => {
    on.api.statements.results.set('one', { ...ONE, looks: 1 });
    on.api.faults.push({ route: 'statement', answer: { cut: true } });
    expect((await ask()).rowCount).toBe(1);
    on.api.faults.push({ route: 'execute', answer: { cut: true } });
    const cut = await failure(ask());
    expect(cut.code).toBe('HOST_UNREACHABLE');
    expect(cut.message).toContain('may have arrived');
    expect(on.api.count('execute')).toBe(2);
  });

  test('no answer within the time', async () => {
    const slow = on.open({ host: on.api.host, timeoutMs: 1, retries: 0 });
    expect((await failure(slow.jobs.get('1'))).code).toBe('HOST_UNREACHABLE');
  });

  test('a page instead of JSON', async () => {
    on.api.faults.push({ route: 'me', answer: { text: '<html><body>Sign in</body></html>' } });
    expect((await failure(on.open().whoAmI())).code).toBe('RESPONSE_INVALID');
    on.api.faults.push({
      route: 'me',
      answer: { status: 400, text: '<html><style>p {}</style><body><p>Bad Request</p></body></html>' },
    });
    const refused = await failure(on.open().whoAmI());
    expect(refused.message).toContain('(Bad Request)');
  });

  test('sent on to somewhere else: said, and the token does not go along', async () => {
    const headers = { location: 'https://login.example/?next=secret' };
    on.api.faults.push({ route: 'me', answer: { status: 302, text: '', headers } });
    const moved = await failure(on.open().whoAmI());
    expect(moved).toMatchObject({ code: 'HOST_UNREACHABLE', value: 'https://login.example/' });
  });

  test('what the reference does not know is refused by the loopback API, so that these tests would see it', async () => {
    const answers = await Promise.all(
      [
        ['/api/2.0/sql/statements', { statement: 'x', warehouse_id: 'y', warehouse: 'z' }],
        ['/api/2.2/jobs/run-now', {}],
      ].map(([path, body]) =>
        fetch(`${on.api.host}${path}`, {
          method: 'POST',
          headers: { authorization: 'Bearer dapi-good-token' },
          body: JSON.stringify(body),
        }).then((answer) => answer.json()),
      ),
    );
    expect(answers).toMatchObject([
      { message: expect.stringContaining('unknown field warehouse') },
      { message: expect.stringContaining('job_id') },
    ]);
  });

  test('who is signed in, and the warehouse', async () => {
    expect(await on.open().whoAmI()).toEqual({ user: 'trader@example.com', warehouse: 'RUNNING' });
    expect((await failure(on.open({ warehouse: 'other' }).whoAmI())).message).toContain('does not exist');
  });

  test('an address that is none, or in the clear, is refused', () => {
    for (const host of ['ftp://x', 'http://adb-1.azuredatabricks.net', ''])
      expect(() => on.open({ host, env: { DATABRICKS_HOST: '' } })).toThrow(
        expect.objectContaining({ code: 'SETTING_INVALID' }),
      );
  });

  test('no warehouse is an error that says where its id is', async () => {
    const client = on.open({ warehouse: undefined, env: { DATABRICKS_WAREHOUSE_ID: '' } });
    await expect((async () => client.sql('one'))()).rejects.toThrow('DATABRICKS_WAREHOUSE_ID');
  });
});

import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CandlebookError } from '../../src/market/index.ts';
import { redact } from '../../src/redaction/index.ts';
import { openSecrets, referenceOf, type Secrets } from '../../src/secrets/index.ts';
import { type LoopbackKeyVault, startLoopbackKeyVault } from '../fixtures/azure/key-vault.ts';

const TOKEN = 'loopback-token-of-the-vault';
const scopes: string[] = [];
const credential = {
  getToken: async (asked: string | string[]) => {
    scopes.push(...[asked].flat());
    return { token: TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 };
  },
};

let vault: LoopbackKeyVault;
let secrets: Secrets;
const troubles: CandlebookError[] = [];
beforeEach(async () => {
  vault = await startLoopbackKeyVault(TOKEN);
  secrets = open();
  troubles.length = 0;
});
afterEach(async () => {
  secrets.close();
  await vault.close();
});

function open(more: object = {}): Secrets {
  return openSecrets({
    keyVault: vault.address,
    refreshSeconds: 0,
    credential,
    client: { tlsOptions: { ca: vault.cert }, retryOptions: { maxRetries: 0 } },
    onTrouble: (error) => troubles.push(error),
    ...more,
  });
}

const refused = (promise: Promise<unknown>): Promise<CandlebookError> =>
  promise.then(
    () => Promise.reject(new Error('nothing was refused')),
    (error) => {
      if (error instanceof CandlebookError) return error;
      throw error;
    },
  );

describe('a reference', () => {
  test('leads to a secret, a version, another vault or a variable', () => {
    expect(referenceOf('keyvault:hook')).toEqual({
      kind: 'keyvault',
      name: 'hook',
      version: undefined,
      vault: undefined,
    });
    expect(referenceOf('keyvault:hook/abc1')).toMatchObject({ name: 'hook', version: 'abc1' });
    expect(referenceOf('keyvault:https://books.vault.azure.net/secrets/hook/1a')).toEqual({
      kind: 'keyvault',
      name: 'hook',
      version: '1a',
      vault: 'https://books.vault.azure.net',
    });
    expect(referenceOf('env:HOOK')).toEqual({ kind: 'env', name: 'HOOK' });
    expect(referenceOf('itself')).toBeUndefined();
  });

  test.each([
    'keyvault:',
    'keyvault:a b',
    'keyvault:a/b/c',
    'keyvault:https://x/keys/a',
    'keyvault:https://x/secrets/a?x=1',
    'env:1A',
    'env:',
  ])('that can not be read is refused: %s', (text) => {
    expect(() => referenceOf(text)).toThrow(/is no reference to a secret.*keyvault:NAME/);
  });
});

describe('Key Vault', () => {
  test('is asked once: the challenge is answered, the value kept in memory and masked', async () => {
    vault.secrets.set('hook', 'pl4nted-in-the-vault');
    expect(redact('pl4nted-in-the-vault')).toBe('pl4nted-in-the-vault');
    const all = await Promise.all([secrets.get('keyvault:hook'), secrets.get('keyvault:hook')]);
    expect([...all, await secrets.get('keyvault:hook')]).toEqual(Array(3).fill('pl4nted-in-the-vault'));
    expect(vault.calls).toEqual(['GET /secrets/hook/ 401', 'GET /secrets/hook/ 200']);
    expect(scopes).toContain('https://vault.azure.net/.default');
    expect(redact('it is pl4nted-in-the-vault')).toBe('it is [redacted]');
    expect(inspect(secrets, { depth: 9, showHidden: true })).not.toContain('pl4nted');
  });

  test('a version is its own secret', async () => {
    vault.secrets.set('hook', 'the-newest-value').set('hook/0ld', 'an-older-value');
    expect(await secrets.get('keyvault:hook/0ld')).toBe('an-older-value');
  });

  test('a rotation is followed, and the old value stays masked', async () => {
    vault.secrets.set('hook', 'before-rotation').set('steady', 'never-rotated');
    await Promise.all([secrets.get('keyvault:hook'), secrets.get('keyvault:steady')]);
    vault.secrets.set('hook', 'after-rotation');
    expect(await secrets.get('keyvault:hook')).toBe('before-rotation');
    expect(await secrets.refresh()).toEqual(['keyvault:hook']);
    expect(await secrets.get('keyvault:hook')).toBe('after-rotation');
    expect(redact('before-rotation after-rotation')).toBe('[redacted] [redacted]');
  });

  test('is asked again at the interval of the settings', async () => {
    secrets.close();
    secrets = open({ refreshSeconds: 0.02 });
    vault.secrets.set('hook', 'before-rotation');
    await secrets.get('keyvault:hook');
    vault.secrets.set('hook', 'after-rotation');
    await expect.poll(() => secrets.get('keyvault:hook'), { timeout: 10_000 }).toBe('after-rotation');
  });

  test('a vault that is away does not take the known value away, and is told', async () => {
    vault.secrets.set('hook', 'known-so-far');
    await secrets.get('keyvault:hook');
    vault.fail(503, 1);
    expect(await secrets.refresh()).toEqual([]);
    expect(await secrets.get('keyvault:hook')).toBe('known-so-far');
    expect(troubles.map((error) => error.code)).toEqual(['SECRET_UNAVAILABLE']);
  });

  test('what failed is asked for again the next time', async () => {
    vault.secrets.set('hook', 'there-at-last');
    vault.fail(503, 1);
    expect((await refused(secrets.get('keyvault:hook'))).message).toContain('does not answer (503)');
    expect(await secrets.get('keyvault:hook')).toBe('there-at-last');
  });

  test.each([
    [403, 'access is denied', 'Key Vault Secrets User'],
    [404, 'no secret of that name', 'Correct the name'],
  ])('%i says what to do', async (status, why, todo) => {
    vault.fail(status, 1);
    const error = await refused(secrets.get('keyvault:hook'));
    expect(error.code).toBe('SECRET_UNAVAILABLE');
    expect(error.message).toContain(`Secret hook of ${vault.address}`);
    expect(error.message).toContain(why);
    expect(error.message).toContain(todo);
    expect(inspect(error, { depth: 9 })).not.toContain(TOKEN);
  });

  test('without a vault in the settings, the reference is named', async () => {
    const error = await refused(open({ keyVault: undefined }).get('keyvault:hook'));
    expect(error.message).toContain('keyvault:hook names no vault');
    expect(error.message).toContain('CANDLEBOOK_KEY_VAULT');
  });
});

describe('the environment', () => {
  test('gives a secret, which is masked from then on', async () => {
    const env: Record<string, string> = { HOOK: 'pl4nted-in-a-variable' };
    secrets = open({ env });
    expect(await secrets.get('env:HOOK')).toBe('pl4nted-in-a-variable');
    expect(redact('pl4nted-in-a-variable')).toBe('[redacted]');
    expect((await refused(secrets.get('env:OTHER'))).message).toContain('OTHER is not set');
  });
});

test('a text that is no reference stands for itself and is masked', async () => {
  expect(await secrets.get('pl4nted-in-the-settings')).toBe('pl4nted-in-the-settings');
  expect(redact('x pl4nted-in-the-settings')).toBe('x [redacted]');
});

test('once closed, nothing is told', async () => {
  secrets.close();
  expect((await refused(secrets.get('env:HOOK'))).code).toBe('STOPPED');
});

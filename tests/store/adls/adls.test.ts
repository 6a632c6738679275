import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DeltaTable, field } from '../../../src/store/delta/index.ts';
import { adlsFiles } from '../../../src/store/files/adls.ts';
import { type AdlsCredential, adlsAccess } from '../../../src/store/files/adls-client.ts';
import type { Files } from '../../../src/store/files/index.ts';
import { openTickerTable } from '../../../src/store/index.ts';
import { ticker } from '../../fixtures/market.ts';
import { testWithPython } from '../../fixtures/python.ts';
import { readWithDeltaRs } from '../readers/delta-rs.ts';
import { ACCOUNT, type Call, type Fault, KEY, type LoopbackAdls, startLoopbackAdls } from './server.ts';

const LOCATION = 'abfss://tables@lake.dfs.core.windows.net/market data';
let adls: LoopbackAdls;
beforeEach(async () => {
  adls = await startLoopbackAdls();
  process.env.AZURE_STORAGE_CONNECTION_STRING = adls.connectionString;
});
afterEach(async () => {
  delete process.env.AZURE_STORAGE_CONNECTION_STRING;
  await adls.close();
});

const files = (attempts = {}, credential?: AdlsCredential, container = 'tables'): Promise<Files> =>
  adlsFiles({
    account: 'lake.dfs.core.windows.net',
    container,
    path: 'numbers',
    credential: credential ?? { kind: 'connectionString', connectionString: adls.connectionString },
    attempts: { waitMs: 1, timeoutMs: 2_000, ...attempts },
  });

async function numbers(table: DeltaTable): Promise<number[]> {
  const found: number[] = [];
  for await (const { columns } of await table.read()) found.push(...Array.from(columns.n!, Number));
  return found.sort((a, b) => a - b);
}

const define = { fields: [field('n', 'long')] };
const row = (n: number) => ({ rowCount: 1, columns: { n: [BigInt(n)] } });
const isRename = ({ headers }: Call) => headers['x-ms-rename-source'] !== undefined;

/** Pseudo-random numbers in [0, 1), the same at every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

testWithPython(
  'the ticker table lives on ADLS too, and delta-rs reads it there by the Blob calls',
  async (python) => {
    const table = await openTickerTable({ location: LOCATION, source: 'simulated' });
    table.append([ticker('BTCUSD', { lastPrice: 97_000.5 }), ticker('ETHUSD')]);
    await table.close();
    expect(table.location).toBe(
      'abfss://tables@lake.dfs.core.windows.net/market data/simulated/processed/tickers',
    );
    expect((await table.read()).map(({ symbol, price }) => [symbol, price])).toEqual([
      ['BTCUSD', 97_000.5],
      ['ETHUSD', 100],
    ]);
    const seen = await readWithDeltaRs(python, table.location, 1, {
      azure_storage_account_name: ACCOUNT,
      azure_storage_account_key: KEY,
      azure_storage_endpoint: `${adls.url}/${ACCOUNT}`,
      allow_http: 'true',
    });
    expect(seen.rows.map(({ symbol }) => symbol)).toEqual(['BTCUSD', 'ETHUSD']);
  },
);

test('a commit whose answer got lost is known as done, and is there once', async () => {
  let lost = 0;
  adls.fault = (call) => (isRename(call) && lost++ % 2 === 0 ? { breakAfter: true } : undefined);
  const table = await DeltaTable.openOrCreate(await files(), define);
  for (let n = 1; n <= 9; n++) expect(await table.append(row(n))).toEqual({ version: n });
  expect(await numbers(table)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(lost).toBeGreaterThan(10);
});

test('a commit that another writer made first is his: nothing is overwritten', async () => {
  const [a, b] = [await files(), await files()];
  const bytes = (text: string) => Buffer.from(text);
  expect(await a.putIfAbsent('_delta_log/0', bytes('a'))).toBe(true);
  adls.fault = (call) => (isRename(call) ? { breakAfter: true } : undefined);
  expect(await b.putIfAbsent('_delta_log/0', bytes('b'))).toBe(false);
  adls.fault = undefined;
  expect(Buffer.from((await b.read('_delta_log/0'))!).toString()).toBe('a');
  expect([...adls.store.files.keys()]).toEqual(['tables/numbers/_delta_log/0']);
});

test('four writers and a storage that fails one request in five: every row once, no hole in the versions', async () => {
  const next = random(42);
  const faults: Fault[] = [
    { breakBefore: true },
    { breakAfter: true },
    { status: 503, code: 'ServerBusy' },
    { status: 429, code: 'TooManyRequests' },
    { status: 500, code: 'OperationTimedOut' },
    { delayMs: 20 },
  ];
  adls.fault = () => (next() < 0.2 ? faults[Math.floor(next() * faults.length)] : undefined);
  adls.pageSize = 3;
  await DeltaTable.openOrCreate(await files({ most: 12 }), define);
  const writer = async (index: number) => {
    const table = await DeltaTable.openOrCreate(await files({ most: 12 }), define);
    for (let n = 0; n < 10; n++) {
      const txn = { appId: `writer ${index}`, version: n };
      await table.append(row(index * 10 + n), { txn });
    }
  };
  await Promise.all([0, 1, 2, 3].map(writer));
  adls.fault = undefined;
  const table = await DeltaTable.open(await files());
  expect(table.version).toBe(40);
  expect(await numbers(table)).toEqual(Array.from({ length: 40 }, (_, n) => n));
  const left = [...adls.store.files.keys()].filter((name) => name.endsWith('.tmp'));
  expect(left).toEqual([]);
}, 60_000);

test('429 is waited out for as long as the service asks', async () => {
  const storage = await files();
  let refusals = 1;
  adls.fault = () => (refusals-- > 0 ? { status: 429, code: 'TooManyRequests', retryAfter: 1 } : undefined);
  const began = performance.now();
  await storage.write('f', Buffer.from('x'));
  expect(performance.now() - began).toBeGreaterThan(950);
});

test('a request that hangs is given up and tried again', async () => {
  const storage = await files({ timeoutMs: 200 });
  await storage.write('f', Buffer.from('x'));
  let slow = 1;
  adls.fault = () => (slow-- > 0 ? { delayMs: 3_000 } : undefined);
  expect(await storage.read('f')).toHaveLength(1);
});

test('a body that stalls half-way is given up and read again', async () => {
  const storage = await files({ timeoutMs: 300 });
  const bytes = Buffer.alloc(100_000, 7);
  await storage.write('f', bytes);
  let slow = 1;
  adls.fault = ({ method }) => (method === 'GET' && slow-- > 0 ? { slowBodyMs: 600_000 } : undefined);
  expect(Buffer.compare((await storage.read('f'))!, bytes)).toBe(0);
}, 60_000);

test('the network is away for longer than a request is tried: what waits goes in once, and nobody sees half of it', async () => {
  const table = await openTickerTable({ location: LOCATION, source: 'live', batch: { maxAgeMs: 300 } });
  await Promise.all([table.append([ticker('BTCUSD')]), table.flush()]);
  adls.fault = () => ({ breakBefore: true });
  const told = await table.append([ticker('ETHUSD')]).catch((error) => error);
  expect(told).toMatchObject({
    code: 'HOST_UNREACHABLE',
    message: expect.stringMatching(/did not answer .* Check the network/),
  });
  table.append([ticker('BNBUSD')]);
  expect(table.waitingRows).toBe(2);
  adls.fault = undefined;
  await expect.poll(() => table.waitingRows, { timeout: 20_000 }).toBe(0);
  await table.close();
  expect((await table.read()).map(({ symbol }) => symbol).sort()).toEqual(['BNBUSD', 'BTCUSD', 'ETHUSD']);
}, 60_000);

test('secrets are in no file of the table, whatever went wrong while it was written', async () => {
  let count = 0;
  adls.fault = () => (++count % 7 === 0 ? { breakAfter: true } : undefined);
  const table = await DeltaTable.openOrCreate(await files({ most: 12 }), define);
  for (let n = 1; n <= 11; n++) await table.append(row(n));
  adls.fault = () => ({ status: 403, code: 'AuthenticationFailed' });
  const error = await table.append(row(12)).catch((caught) => caught);
  expect(error).toMatchObject({ code: 'ACCESS_DENIED' });
  const secrets = [KEY, Buffer.from(KEY, 'base64').toString(), adls.connectionString];
  const written = [...adls.store.files].map(([name, { bytes }]) => name + bytes.toString('latin1'));
  expect(written.length).toBeGreaterThan(20);
  for (const text of [...written, inspect(error, { depth: 20, showHidden: true }), String(error.stack)])
    for (const secret of secrets) expect(text.includes(secret)).toBe(false);
});

test.each<[string, () => Promise<unknown>, string, RegExp]>([
  [
    'a lease that somebody holds',
    async () => {
      const table = await DeltaTable.openOrCreate(await files(), define);
      adls.fault = (call) => (isRename(call) ? { status: 412, code: 'LeaseIdMissing' } : undefined);
      return table.append(row(1));
    },
    'TABLE_UNWRITABLE',
    /somebody holds a lease on it \(HTTP 412 LeaseIdMissing\)\. End the other writer/,
  ],
  [
    'wrong key',
    async () => {
      adls.fault = () => ({ status: 403, code: 'AuthenticationFailed' });
      return (await files()).read('f');
    },
    'ACCESS_DENIED',
    /refused the credentials \(HTTP 403 AuthenticationFailed\)\. Check AZURE_STORAGE_CONNECTION_STRING/,
  ],
  [
    'a token that expires in mid-run',
    async () => {
      const table = await DeltaTable.openOrCreate(await files(), define);
      await table.append(row(1));
      adls.fault = () => ({ status: 401, code: 'InvalidAuthenticationInfo' });
      return table.append(row(2));
    },
    'ACCESS_DENIED',
    /can not be written: .*HTTP 401/,
  ],
  [
    'no such container, reading',
    async () => (await files({}, undefined, 'nowhere')).read('f'),
    'TABLE_UNWRITABLE',
    /container nowhere does not exist in lake.*Create the container/,
  ],
  [
    'no such container, writing',
    async () => (await files({}, undefined, 'nowhere')).putIfAbsent('f', Buffer.from('x')),
    'TABLE_UNWRITABLE',
    /container nowhere does not exist/,
  ],
  [
    'nobody at that address',
    async () => {
      const connectionString = adls.connectionString.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:1');
      return (await files({ most: 2 }, { kind: 'connectionString', connectionString })).read('f');
    },
    'HOST_UNREACHABLE',
    /did not answer \(.*\)\. Check the network/,
  ],
  [
    'busy for ever',
    async () => {
      adls.fault = () => ({ status: 503, code: 'ServerBusy' });
      return (await files({ most: 3 })).write('f', Buffer.from('x'));
    },
    'HOST_UNREACHABLE',
    /stayed busy \(HTTP 503 ServerBusy\)/,
  ],
])('%s: an error that says what to do, and no secret in it', async (_, act, code, message) => {
  const error = await act().then(
    () => undefined,
    (caught) => caught,
  );
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  const printed = inspect(error, { depth: 20, showHidden: true });
  for (const secret of [KEY, 'SharedKey', 'sig=']) expect(printed).not.toContain(secret);
});

test('a SAS token goes with every request, the source of a rename included, and into no error', async () => {
  const token = 'sv=2025&sig=planted-secret';
  process.env.AZURE_STORAGE_CONNECTION_STRING = `BlobEndpoint=${adls.url}/${ACCOUNT};AccountName=${ACCOUNT};SharedAccessSignature=${token}`;
  const table = await openTickerTable({ location: LOCATION, source: 'live' });
  let unsigned = 0;
  adls.fault = ({ query, headers }) => {
    if (query.get('sig') !== 'planted-secret') unsigned++;
    const source = headers['x-ms-rename-source'];
    if (source !== undefined && !String(source).includes('sig=planted-secret')) unsigned++;
    return undefined;
  };
  await Promise.all([table.append([ticker('BTCUSD')]), table.close()]);
  expect(await table.read()).toHaveLength(1);
  expect(unsigned).toBe(0);
  adls.fault = () => ({ status: 403, code: 'AuthorizationFailure' });
  const error = await table.read().catch((caught) => caught);
  expect(error).toMatchObject({ code: 'ACCESS_DENIED' });
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('planted-secret');
});

test('where it lies and how to get there, from the location and the environment', () => {
  const at = (location: string, env = {}) => adlsAccess(location, env);
  expect(at('abfss://c@lake.dfs.core.windows.net/a/b/')).toMatchObject({
    account: 'lake.dfs.core.windows.net',
    container: 'c',
    path: 'a/b',
    credential: { kind: 'identity' },
  });
  expect(at('abfss://c@l', { AZURE_STORAGE_SAS_TOKEN: '?sv=1&sig=2' }).credential).toEqual({
    kind: 'sas',
    token: '?sv=1&sig=2',
  });
  expect(() => at('abfss://lake.dfs.core.windows.net/a?sig=secret')).toThrow(
    /Write abfss:\/\/container@account/,
  );
});

test('a connection string for another account, or broken, is refused without being shown', async () => {
  const other = {
    kind: 'connectionString',
    connectionString: adls.connectionString.replace('=lake;', '=pond;'),
  } as const;
  await expect(files({}, other)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringMatching(/is for pond/),
  });
  const broken = { kind: 'connectionString', connectionString: `AccountKey=${KEY}` } as const;
  const error = await files({}, broken).catch((caught) => caught);
  expect(error.code).toBe('INPUT_INVALID');
  expect(inspect(error, { depth: 20 })).not.toContain(KEY);
});

test('a connection string may be a reference; after a rotation the next try takes the new one', async () => {
  const signed = (by: string) =>
    adls.connectionString.replace(/AccountKey=[^;]+/, `SharedAccessSignature=sv=2024&sig=${by}`);
  process.env.LAKE = signed('the-old-one');
  adls.fault = ({ query }) =>
    query.get('sig') === 'the-new-one' ? undefined : { status: 403, code: 'AuthenticationFailed' };
  try {
    const lake = await files({}, { kind: 'connectionString', connectionString: 'env:LAKE' });
    const refused = await lake.write('a', new Uint8Array([1])).catch((caught) => caught);
    expect(refused).toMatchObject({ code: 'ACCESS_DENIED' });
    process.env.LAKE = signed('the-new-one');
    // This one still goes with the old key, and asks for the new one.
    await lake.write('a', new Uint8Array([2])).catch(() => undefined);
    await lake.write('a', new Uint8Array([3]));
    expect(await lake.read('a')).toEqual(Buffer.from([3]));
    expect(inspect(refused, { depth: 20 })).not.toContain('the-old-one');
  } finally {
    delete process.env.LAKE;
  }
  await expect(files({}, { kind: 'sas', token: 'env:GONE' })).rejects.toMatchObject({
    code: 'SECRET_UNAVAILABLE',
    message: expect.stringMatching(/GONE is not set/),
  });
});

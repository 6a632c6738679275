import { describe, expect, test } from 'vitest';
import type { SqlResult } from '../../../src/store/index.ts';
import { column, eachWorkspace, failure } from './workspace.ts';

const on = eachWorkspace();
const COUNTS = [column('n', 'LONG', 'BIGINT'), column('name', 'STRING')];
const counts = (length: number) => Array.from({ length }, (_, at) => [String(at), `row ${at}`]);

describe('a statement', () => {
  test('gives typed columns: bigint-safe longs, decimals, times in epoch ms with microseconds, nulls', async () => {
    on.api.statements.results.set('types', {
      columns: [
        column('small', 'INT'),
        column('long', 'LONG', 'BIGINT'),
        column('double', 'DOUBLE'),
        column('decimal', 'DECIMAL', 'DECIMAL(18,8)'),
        column('truth', 'BOOLEAN'),
        column('time', 'TIMESTAMP'),
        column('plain_time', 'TIMESTAMP_NTZ'),
        column('day', 'DATE'),
        column('bytes', 'BINARY'),
        column('list', 'ARRAY', 'ARRAY<INT>'),
        column('text', 'STRING'),
      ],
      rows: [
        [
          '-7',
          '9007199254740993',
          '6.5e4',
          '65432.12345678',
          'true',
          '2026-11-27T10:00:00.123456Z',
          '2026-11-27 10:00:00.5',
          '2026-11-27',
          'AQL/',
          '[1,2]',
          'null',
        ],
        [
          '8',
          '42',
          'NaN',
          '-0.00000001',
          'false',
          '2026-11-27T12:00:00.000+02:00',
          '2026-11-27T10:00:00',
          '2026-11-28',
          '',
          '[]',
          '',
        ],
        [null, null, null, null, null, null, null, null, null, null, null],
      ],
    });
    const result = await on.open().sql('types');
    const ten = Date.UTC(2026, 10, 27, 10);
    const [first, second, third] = result.rows();
    expect(first).toEqual({
      small: -7,
      long: 9007199254740993n,
      double: 65_000,
      decimal: 65432.12345678,
      truth: true,
      time: ten + 123.456,
      plain_time: ten + 500,
      day: '2026-11-27',
      bytes: Uint8Array.of(1, 2, 255),
      list: [1, 2],
      text: 'null',
    });
    expect(second).toMatchObject({
      long: 42,
      double: Number.NaN,
      decimal: -1e-8,
      truth: false,
      time: ten,
      plain_time: ten,
      text: '',
    });
    expect(new Set(Object.values(third!))).toEqual(new Set([null]));
    expect(result.types[3]).toBe('DECIMAL(18,8)');
    expect(result.columns().small).toEqual(Float64Array.of(-7, 8, Number.NaN));
    expect((await result.frame()).shape).toEqual([3, 11]);
  });

  test('is asked with named, typed parameters, in the catalog and schema of the pipeline', async () => {
    on.api.statements.results.set('by parameter', { columns: COUNTS, rows: [] });
    const since = new Date('2026-11-27T10:00:00Z');
    const result = await on.open().sql('by parameter', {
      parameters: {
        symbol: 'BTCUSDT',
        since,
        limit: 10,
        rate: 0.5,
        id: 2n ** 60n,
        live: true,
        none: null,
        price: { value: '1.50', type: 'DECIMAL(18,8)' },
      },
    });
    expect(result.rowCount).toBe(0);
    expect(result.names).toEqual(['n', 'name']);
    expect(on.api.seen[0]!.body).toMatchObject({
      catalog: 'candlebook',
      schema: 'market',
      parameters: [
        { name: 'symbol', type: 'STRING', value: 'BTCUSDT' },
        { name: 'since', type: 'TIMESTAMP', value: '2026-11-27T10:00:00.000Z' },
        { name: 'limit', type: 'BIGINT', value: '10' },
        { name: 'rate', type: 'DOUBLE', value: '0.5' },
        { name: 'id', type: 'BIGINT', value: String(2n ** 60n) },
        { name: 'live', type: 'BOOLEAN', value: 'true' },
        { name: 'none', type: 'STRING' },
        { name: 'price', type: 'DECIMAL(18,8)', value: '1.50' },
      ],
    });
    expect((await failure(on.open().sql('by parameter', { parameters: { 'a b': 1 } }))).code).toBe(
      'INPUT_INVALID',
    );
  });

  test('that takes its time is looked at until it is through', async () => {
    on.api.statements.results.set('slow', { columns: COUNTS, rows: counts(2), looks: 3 });
    expect((await on.open().sql('slow')).rowCount).toBe(2);
    expect(on.api.count('statement')).toBe(3);
  });

  test('that is wrong is told with what Databricks says of it', async () => {
    const wrong = await failure(on.open().sql('selec 1'));
    expect(wrong).toMatchObject({ code: 'INPUT_INVALID', value: '42601' });
    expect(wrong.message).toContain("Syntax error at or near 'selec'");
  });

  test('that fails in the engine is a failed run', async () => {
    const failing = { error_code: 'INTERNAL_ERROR', message: 'Executor lost' };
    on.api.statements.results.set('fails', { columns: [], rows: [], failure: failing, looks: 1 });
    const failed = await failure(on.open().sql('fails'));
    expect(failed.code).toBe('RUN_FAILED');
    expect(failed.message).toContain('Executor lost');
  });
});

describe('cancel', () => {
  const endless = { columns: COUNTS, rows: [], looks: Number.POSITIVE_INFINITY };

  test('by the signal: the statement is cancelled in Databricks too', async () => {
    on.api.statements.results.set('endless', endless);
    const stop = new AbortController();
    const asked = failure(on.open().sql('endless', { signal: stop.signal }));
    await expect.poll(() => on.api.count('statement')).toBeGreaterThan(0);
    stop.abort();
    expect((await asked).code).toBe('STOPPED');
    expect([...on.api.statements.running.values()].map(({ isCancelled }) => isCancelled)).toEqual([true]);
  });

  test('before it was sent: nothing is asked', async () => {
    expect((await failure(on.open().sql('endless', { signal: AbortSignal.abort() }))).code).toBe('STOPPED');
    expect(on.api.seen).toEqual([]);
  });

  test('by the time-out', async () => {
    on.api.statements.results.set('endless', endless);
    const late = await failure(on.open().sql('endless', { timeoutMs: 300 }));
    expect(late).toMatchObject({ code: 'TIMED_OUT', value: 300 });
    expect(on.api.count('cancelStatement')).toBe(1);
  });

  test('by somebody else', async () => {
    on.api.statements.results.set('endless', endless);
    const asked = failure(on.open().sql('endless'));
    await expect.poll(() => on.api.statements.running.size).toBe(1);
    for (const one of on.api.statements.running.values()) one.isCancelled = true;
    expect(await asked).toMatchObject({ code: 'RUN_FAILED', value: 'CANCELED' });
  });
});

describe('results in chunks', () => {
  test.each([{ byIndex: true as const }, {}])('inline, the next one by %o', async (how) => {
    on.api.statements.results.set('many', { columns: COUNTS, rows: counts(1_000), chunkRows: 90, ...how });
    const result = await on.open().sql('many');
    expect(result.rows()).toEqual(counts(1_000).map(([n, name]) => ({ n: Number(n), name })));
    expect(on.api.count('chunk')).toBe(11);
  });

  test('too large to be inline: by links, without the token, every row once and in order', async () => {
    on.api.statements.results.set('large', {
      columns: COUNTS,
      rows: counts(5_000),
      chunkRows: 100,
      large: true,
    });
    const result = await on.open().sql('large');
    expect(result.columns().n).toEqual(Float64Array.from({ length: 5_000 }, (_, at) => at));
    expect(
      on.api.seen.filter(({ route }) => route === 'execute').map(({ body }) => body.disposition),
    ).toEqual(['INLINE', 'EXTERNAL_LINKS']);
    expect(on.api.statements.stored).toHaveLength(50);
    expect(on.api.statements.stored.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  test('are streamed: whoever stops early fetches no more', async () => {
    on.api.statements.results.set('many', { columns: COUNTS, rows: counts(1_000), chunkRows: 10 });
    const seen: SqlResult[] = [];
    for await (const chunk of on.open().stream('many')) {
      seen.push(chunk);
      if (seen.length === 3) break;
    }
    expect(seen.map(({ rowCount }) => rowCount)).toEqual([10, 10, 10]);
    expect(on.api.count('chunk')).toBeLessThan(5);
  });

  test('more rows than allowed are refused before they are fetched', async () => {
    on.api.statements.results.set('many', { columns: COUNTS, rows: counts(1_000), chunkRows: 100 });
    expect(await failure(on.open().sql('many', { maxRows: 999 }))).toMatchObject({
      code: 'INPUT_INVALID',
      value: 1_000,
    });
    expect(on.api.count('chunk')).toBe(0);
  });

  test.each([403, 404, 500, 0])('a link that breaks (%d) is renewed', async (fault) => {
    on.api.statements.results.set('large', { columns: COUNTS, rows: counts(40), chunkRows: 10, large: true });
    on.api.statements.storageFaults.push(fault);
    expect((await on.open().sql('large')).rowCount).toBe(40);
    expect(on.api.statements.stored.length).toBe(5);
  });

  test('an expired link is renewed before it is tried', async () => {
    on.api.statements.results.set('large', { columns: COUNTS, rows: counts(10), large: true });
    on.api.statements.linkMs = -1;
    expect((await on.open().sql('large')).rowCount).toBe(10);
    expect(on.api.count('chunk')).toBe(1);
    expect(on.api.statements.stored).toHaveLength(1);
  });

  test('a link that stays broken is an error that does not tell it', async () => {
    on.api.statements.results.set('large', { columns: COUNTS, rows: counts(10), large: true });
    on.api.statements.storageFaults.push(403, 403, 403, 403, 403, 403, 403, 403);
    const broken = await failure(on.open().sql('large'));
    expect(broken.code).toBe('HOST_UNREACHABLE');
    expect(broken.message).toContain('HTTP 403');
    expect(broken.message).not.toContain('signature');
  });
});

/** What the API would have answered. */
interface Given extends Record<string, unknown> {
  readonly statement_id: string;
  readonly manifest: object;
  readonly result: { readonly data_array: readonly unknown[] };
}

describe('a damaged answer is an error, never a wrong number', () => {
  const cases: [string, (answer: Given) => unknown][] = [
    [
      'a row too few',
      (answer) => ({
        ...answer,
        result: { ...answer.result, data_array: answer.result.data_array.slice(1) },
      }),
    ],
    [
      'a cell too many',
      (answer) => ({
        ...answer,
        result: {
          ...answer.result,
          data_array: [
            ['1', 'a', 'b'],
            ['2', 'c'],
          ],
        },
      }),
    ],
    [
      'a number that is none',
      (answer) => ({
        ...answer,
        result: {
          ...answer.result,
          data_array: [
            ['1x', 'a'],
            ['2', 'c'],
          ],
        },
      }),
    ],
    [
      'a cell that is no text',
      (answer) => ({
        ...answer,
        result: {
          ...answer.result,
          data_array: [
            [1, 'a'],
            ['2', 'c'],
          ],
        },
      }),
    ],
    ['another chunk', (answer) => ({ ...answer, result: { ...answer.result, chunk_index: 3 } })],
    ['no manifest', ({ manifest: _, ...answer }) => answer],
    ['no schema', (answer) => ({ ...answer, manifest: {} })],
    [
      'a next chunk at another host',
      (answer) => ({ ...answer, result: { ...answer.result, next_chunk_internal_link: '//evil.example/x' } }),
    ],
    ['no state', (answer) => ({ ...answer, status: {} })],
    ['no id', ({ statement_id: _, ...answer }) => answer],
    [
      'rows that were promised',
      (answer) => ({ ...answer, manifest: { ...answer.manifest, total_row_count: 3 } }),
    ],
  ];
  test.each(cases)('%s', async (_, damage) => {
    on.api.statements.results.set('two', { columns: COUNTS, rows: counts(2), damage: damage as never });
    expect((await failure(on.open().sql('two'))).code).toBe('RESPONSE_INVALID');
  });
});

import { describe, expect, test, vi } from 'vitest';
import { diagnose } from '../../../src/doctor/index.ts';
import { candlebookProgram } from '../../../src/program.ts';
import { candlebook } from '../../fixtures/cli.ts';
import { WAREHOUSE } from './loopback.ts';
import { column, eachWorkspace } from './workspace.ts';

const on = eachWorkspace();
const COLUMNS = [column('symbol', 'STRING'), column('price', 'DOUBLE'), column('time', 'TIMESTAMP')];
const ROWS = [
  ['BTCUSDT', '65432.1', '2026-11-27T10:00:00.000Z'],
  ['ETH,USDT', null, '2026-11-27T10:00:01.500Z'],
];

const environment = () => ({
  DATABRICKS_HOST: on.api.host,
  DATABRICKS_TOKEN: 'dapi-good-token',
  DATABRICKS_WAREHOUSE_ID: WAREHOUSE,
  NO_COLOR: '1',
});

/** `candlebook cloud …` in this process. */
async function cloud(...words: string[]) {
  for (const [name, value] of Object.entries(environment())) vi.stubEnv(name, value);
  let out = '';
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    await candlebookProgram().parseAsync(['node', 'candlebook', 'cloud', ...words]);
    return { out, error: undefined };
  } catch (error) {
    return { out, error: error as Error & { code: string } };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
    vi.unstubAllEnvs();
  }
}

describe('cloud sql', () => {
  test('as a table, as CSV, as JSON', async () => {
    on.api.statements.results.set('select', { columns: COLUMNS, rows: ROWS, chunkRows: 1 });
    const table = await cloud('sql', 'select', '--param', 'symbol=BTCUSDT', '--param', 'note=a=b');
    const csv = await cloud('sql', 'select', '--format', 'csv');
    const json = await cloud('sql', 'select', '--json');
    expect(table.error).toBeUndefined();
    expect(table.out).toBe(
      [
        'symbol      price  time',
        '--------  -------  ---------------------',
        'BTCUSDT   65432.1  2026-11-27 10:00:00',
        'ETH,USDT           2026-11-27 10:00:01.5',
        '(2 rows)',
        '',
      ].join('\n'),
    );
    expect(csv.out).toBe('symbol,price,time\nBTCUSDT,65432.1,1795773600000\n"ETH,USDT",,1795773601500\n');
    expect(
      json.out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).price),
    ).toEqual([65432.1, null]);
    const asked = on.api.seen.find(({ body }) => (body.parameters as unknown[])?.length === 2);
    expect(asked!.body.parameters).toEqual([
      { name: 'symbol', type: 'STRING', value: 'BTCUSDT' },
      { name: 'note', type: 'STRING', value: 'a=b' },
    ]);
  });

  test('Ctrl-C cancels the statement', async () => {
    on.api.statements.results.set('endless', { columns: COLUMNS, rows: [], looks: Number.POSITIVE_INFINITY });
    const { child, ended, output } = candlebook(['cloud', 'sql', 'endless'], environment());
    await expect.poll(() => on.api.count('statement'), { timeout: 20_000 }).toBeGreaterThan(0);
    child.kill('SIGINT');
    expect(await ended).toEqual([1, null]);
    expect(output.err).toMatch(/^STOPPED: /);
    expect([...on.api.statements.running.values()].map(({ isCancelled }) => isCancelled)).toEqual([true]);
  });

  test('a wrong statement, and as a process a wrong token: 1, and why, without the token', async () => {
    const wrong = await cloud('sql', 'selec');
    expect(wrong.error).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining('01f0-1') });
    on.api.tokens.clear();
    const { ended, output } = candlebook(['cloud', 'sql', 'select 1'], environment());
    expect(await ended).toEqual([1, null]);
    expect(output.err).toMatch(/^ACCESS_DENIED: .*env:DATABRICKS_TOKEN/);
    expect(output.err + output.out).not.toContain('dapi-good-token');
  });
});

describe('cloud pipeline', () => {
  test('start waits for the end; status tells; stop stops', async () => {
    const one = on.api.pipelines.add('candlebook-market', ['RUNNING', 'COMPLETED']);
    one.events.push({ update_id: 'update-1', level: 'INFO', message: 'Update update-1 is COMPLETED.' });
    const started = await cloud('pipeline', 'start', 'candlebook-market', '--json');
    expect(JSON.parse(started.out)).toMatchObject({
      pipelineId: one.pipeline_id,
      updateId: 'update-1',
      state: 'COMPLETED',
    });
    const status = await cloud('pipeline', 'status', 'candlebook-market');
    expect(status.out).toContain('update update-1');
    expect(status.out).toContain('Update update-1 is COMPLETED.');
    const stopped = await cloud('pipeline', 'stop', 'candlebook-market');
    expect(stopped).toEqual({ out: `Pipeline ${one.pipeline_id}: IDLE.\n`, error: undefined });
  });

  test('a failed update is a failure', async () => {
    const one = on.api.pipelines.add('candlebook-market', ['FAILED']);
    one.events.push({ update_id: 'update-1', level: 'ERROR', message: 'No topic.' });
    const failed = await cloud('pipeline', 'start', 'candlebook-market');
    expect(failed.error).toMatchObject({
      code: 'RUN_FAILED',
      message: expect.stringContaining('Update update-1 ended as FAILED: No topic.'),
    });
  });
});

describe('cloud job', () => {
  test('run, status and cancel', async () => {
    on.api.jobs.add('maintenance');
    on.api.jobs.add('endless', { looks: Number.POSITIVE_INFINITY });
    const run = await cloud('job', 'run', 'maintenance', '--json');
    expect(JSON.parse(run.out)).toMatchObject({ result: 'SUCCESS', runId: '9007199254740993' });
    const begun = await cloud('job', 'run', 'endless', '--no-wait');
    expect(begun.out).toContain('Run 9007199254740995: RUNNING');
    const cancelled = await cloud('job', 'cancel', '9007199254740995');
    expect(cancelled.out).toContain('CANCELED');
    expect((await cloud('job', 'status', 'x')).error?.code).toBe('commander.invalidArgument');
  });
});

test('Ctrl-C ends the waiting for a run, which goes on, and says what ends it', async () => {
  on.api.jobs.add('endless', { looks: Number.POSITIVE_INFINITY });
  const { child, ended, output } = candlebook(['cloud', 'job', 'run', 'endless'], environment());
  await expect.poll(() => on.api.count('run'), { timeout: 20_000 }).toBeGreaterThan(0);
  child.kill('SIGINT');
  expect(await ended).toEqual([1, null]);
  expect(output.err).toContain(
    'run 9007199254740993 goes on. candlebook cloud job cancel 9007199254740993 ends it.',
  );
  expect(on.api.count('cancelRun')).toBe(0);
});

describe('the doctor', () => {
  const look = async (env: Record<string, string>) =>
    (await diagnose({ env: { PATH: process.env.PATH, ...env }, hosts: {} })).findings.find(
      ({ name }) => name === 'Databricks',
    );

  test('says whether the workspace lets us in', async () => {
    expect(await look({})).toMatchObject({ status: 'skip' });
    expect(await look(environment())).toEqual({
      name: 'Databricks',
      status: 'ok',
      found: `trader@example.com is let in to ${on.api.host}; the warehouse is running`,
    });
    const refused = await look({ ...environment(), DATABRICKS_TOKEN: 'dapi-expired-token' });
    expect(refused).toMatchObject({
      status: 'fail',
      advice: expect.stringContaining('env:DATABRICKS_TOKEN'),
    });
    expect(JSON.stringify(refused)).not.toContain('dapi-expired');
  });
});

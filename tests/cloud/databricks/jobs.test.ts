import { describe, expect, test } from 'vitest';
import { allOf, eachWorkspace, failure } from './workspace.ts';

const on = eachWorkspace();

describe('jobs', () => {
  test('are listed page after page, with ids that a double could not hold, and found by name', async () => {
    for (let i = 0; i < 7; i++) on.api.jobs.add(`job ${i}`);
    const { jobs } = on.open();
    const all = await allOf(jobs.list());
    expect(all).toEqual(on.api.jobs.all.map(({ job_id, name }) => ({ jobId: String(job_id), name })));
    expect(on.api.count('jobs')).toBe(4);
    expect(await jobs.find('JOB 3')).toBe(String(on.api.jobs.all[3]!.job_id));
    expect(await jobs.find('77')).toBe('77');
    expect((await failure(jobs.find('job 9'))).code).toBe('INPUT_INVALID');
  });

  test.each([false, true])(
    'a run is started, waited for and told (newer states alone: %s)',
    async (newWay) => {
      on.api.jobs.newWay = newWay;
      const job = on.api.jobs.add('maintenance', { looks: 3 });
      const { jobs } = on.open();
      const runId = await jobs.run(String(job.job_id), { parameters: { days: '7' } });
      expect(on.api.seen.at(-1)!.body).toMatchObject({ job_id: job.job_id, job_parameters: { days: '7' } });
      expect(runId).toBe('9007199254740993');
      const run = await jobs.wait(runId);
      expect(run).toMatchObject({ runId, isOver: true, result: 'SUCCESS', endTime: 1_764_000_060_000 });
      expect(on.api.count('run')).toBe(4);
    },
  );

  test('a run that was started and not answered is not started twice', async () => {
    const job = on.api.jobs.add('maintenance');
    const { jobs } = on.open();
    on.api.faults.push({ route: 'runNow', answer: { cut: true }, late: true });
    await jobs.run(String(job.job_id));
    expect(on.api.jobs.runs).toHaveLength(1);
    const [first, second] = on.api.seen
      .filter(({ route }) => route === 'runNow')
      .map(({ body }) => body.idempotency_token);
    expect(first).toBe(second);
    const again = await jobs.run(String(job.job_id), { idempotencyToken: 'of the day' });
    expect(await jobs.run(String(job.job_id), { idempotencyToken: 'of the day' })).toBe(again);
    expect(on.api.jobs.runs).toHaveLength(2);
  });

  test.each([false, true])(
    'a failed run is an error with its message, task and page (newer states alone: %s)',
    async (newWay) => {
      on.api.jobs.newWay = newWay;
      const job = on.api.jobs.add('maintenance', {
        ending: {
          result_state: 'FAILED',
          state_message: 'Task optimize failed with message: Workload failed.',
        },
      });
      const { jobs } = on.open();
      const runId = await jobs.run(String(job.job_id));
      const failed = await failure(jobs.wait(runId));
      expect(failed).toMatchObject({ code: 'RUN_FAILED', value: newWay ? 'RUN_EXECUTION_ERROR' : 'FAILED' });
      expect(failed.message).toContain('Workload failed.');
      expect(failed.message).toContain(
        `https://adb-1.azuredatabricks.net/?o=1#job/${job.job_id}/run/${runId}`,
      );
      if (!newWay) expect(failed.message).toContain('optimize: Table gold_candles_1m not found.');
    },
  );

  test('a run is cancelled', async () => {
    const job = on.api.jobs.add('maintenance', { looks: Number.POSITIVE_INFINITY });
    const { jobs } = on.open();
    const runId = await jobs.run(String(job.job_id));
    const waiting = failure(jobs.wait(runId));
    await expect.poll(() => on.api.count('run')).toBeGreaterThan(1);
    await jobs.cancel(runId);
    expect(await waiting).toMatchObject({ code: 'RUN_FAILED', value: 'CANCELED' });
  });

  test('the wait has an end, and the run goes on', async () => {
    const job = on.api.jobs.add('maintenance', { looks: Number.POSITIVE_INFINITY });
    const { jobs } = on.open();
    const runId = await jobs.run(String(job.job_id));
    expect((await failure(jobs.wait(runId, { timeoutMs: 50 }))).code).toBe('TIMED_OUT');
    expect((await failure(jobs.wait(runId, { signal: AbortSignal.timeout(50) }))).code).toBe('STOPPED');
    expect(on.api.count('cancelRun')).toBe(0);
  });

  test('runs come page after page, newest first', async () => {
    const job = on.api.jobs.add('maintenance', { looks: Number.POSITIVE_INFINITY });
    const other = on.api.jobs.add('other');
    const { jobs } = on.open();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift(await jobs.run(String(job.job_id)));
    await jobs.run(String(other.job_id));
    await jobs.cancel(ids[0]!);
    const runs = await allOf(jobs.runs({ jobId: String(job.job_id) }));
    expect(runs.map(({ runId }) => runId)).toEqual(ids);
    const active = await allOf(jobs.runs({ jobId: String(job.job_id), activeOnly: true }));
    expect(active.map(({ runId }) => runId)).toEqual(ids.slice(1));
  });

  test('a job that there is not', async () => {
    expect(await failure(on.open().jobs.run('12'))).toMatchObject({
      code: 'REQUEST_REFUSED',
      value: 'INVALID_PARAMETER_VALUE',
    });
  });
});

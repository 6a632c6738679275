import { describe, expect, test } from 'vitest';
import { allOf, eachWorkspace, failure } from './workspace.ts';

const on = eachWorkspace();

describe('pipelines', () => {
  test('are listed page after page, and found by name', async () => {
    for (let i = 0; i < 10; i++) on.api.pipelines.add(`pipeline ${i}`);
    const { pipelines } = on.open();
    const names = (await allOf(pipelines.list())).map(({ name }) => name);
    expect(names).toEqual(Array.from({ length: 10 }, (_, i) => `pipeline ${i}`));
    expect(on.api.count('pipelines')).toBe(4);
    expect(await pipelines.find('pipeline 7')).toBe(on.api.pipelines.all[7]!.pipeline_id);
    expect((await failure(pipelines.find("trader's"))).message).toContain('none of the name');
    on.api.pipelines.add('pipeline 7');
    expect((await failure(pipelines.find('pipeline 7'))).message).toContain('2 (');
    // The underscore is a joker of LIKE, not of ours.
    on.api.pipelines.add('a_b');
    on.api.pipelines.add('axb');
    expect(await pipelines.find('a_b')).toBe(on.api.pipelines.all.at(-2)!.pipeline_id);
  });

  test('a page token that comes again would never end, and is an error', async () => {
    const again = { json: { statuses: [], next_page_token: 'same' } };
    on.api.faults.push({ route: 'pipelines', answer: again }, { route: 'pipelines', answer: again });
    expect((await failure(allOf(on.open().pipelines.list()))).code).toBe('RESPONSE_INVALID');
  });

  test('an update is started, waited for, and its state told', async () => {
    const one = on.api.pipelines.add('market', ['INITIALIZING', 'RUNNING', 'RUNNING', 'COMPLETED']);
    const { pipelines } = on.open();
    const updateId = await pipelines.start(one.pipeline_id, { fullRefresh: true });
    expect(on.api.seen.at(-1)!.body).toEqual({ cause: 'API_CALL', full_refresh: true });
    const ended = await pipelines.wait(one.pipeline_id, updateId);
    expect(ended).toMatchObject({
      state: 'COMPLETED',
      url: `${on.api.host}/pipelines/${one.pipeline_id}/updates/${updateId}`,
    });
    expect(on.api.count('update')).toBe(4);
    expect((await pipelines.get(one.pipeline_id)).updates).toMatchObject([{ updateId, state: 'COMPLETED' }]);
  });

  test('single tables can be refreshed', async () => {
    const one = on.api.pipelines.add('market');
    await on
      .open()
      .pipelines.start(one.pipeline_id, { only: ['gold_candles_1m'], fullRefreshOf: ['silver_trades'] });
    expect(on.api.seen.at(-1)!.body).toMatchObject({
      refresh_selection: ['gold_candles_1m'],
      full_refresh_selection: ['silver_trades'],
    });
  });

  test('a second update beside one that runs is refused', async () => {
    const one = on.api.pipelines.add('market', ['RUNNING']);
    const { pipelines } = on.open();
    await pipelines.start(one.pipeline_id);
    const second = await failure(pipelines.start(one.pipeline_id));
    expect(second).toMatchObject({ code: 'REQUEST_REFUSED', value: 'CONFLICT' });
  });

  test('a failed update tells its own errors, the first one first, and its page', async () => {
    const one = on.api.pipelines.add('market', ['RUNNING', 'FAILED']);
    for (let i = 0; i < 9; i++)
      one.events.push({ update_id: 'update-0', level: 'ERROR', message: `earlier ${i}` });
    one.events.push({
      update_id: 'update-1',
      level: 'ERROR',
      message: 'Flow bronze failed.',
      cause: 'Topic crypto-stream not present.',
    });
    for (let i = 0; i < 5; i++)
      one.events.push({ update_id: 'update-1', level: 'INFO', message: `info ${i}` });
    one.events.push({ update_id: 'update-1', level: 'ERROR', message: 'Update failed.' });
    const { pipelines } = on.open();
    const failed = await failure(pipelines.wait(one.pipeline_id, await pipelines.start(one.pipeline_id)));
    expect(failed).toMatchObject({ code: 'RUN_FAILED', value: 'FAILED' });
    expect(failed.message).toContain('Flow bronze failed. Topic crypto-stream not present.; Update failed.');
    expect(failed.message).toContain('/updates/update-1');
    expect(failed.message).not.toContain('earlier');
  });

  test('is stopped: the update is cancelled, and the stop waited for', async () => {
    const one = on.api.pipelines.add('market', ['RUNNING']);
    const { pipelines } = on.open();
    const updateId = await pipelines.start(one.pipeline_id);
    await pipelines.stop(one.pipeline_id);
    expect((await pipelines.waitIdle(one.pipeline_id)).state).toBe('IDLE');
    expect(await failure(pipelines.wait(one.pipeline_id, updateId))).toMatchObject({
      code: 'RUN_FAILED',
      value: 'CANCELED',
    });
  });

  test('the wait ends by signal or time, and the update goes on', async () => {
    const one = on.api.pipelines.add('market', ['RUNNING']);
    const { pipelines } = on.open();
    const updateId = await pipelines.start(one.pipeline_id);
    const stop = new AbortController();
    const waiting = failure(pipelines.wait(one.pipeline_id, updateId, { signal: stop.signal }));
    await expect.poll(() => on.api.count('update')).toBeGreaterThan(1);
    stop.abort();
    expect((await waiting).code).toBe('STOPPED');
    const late = await failure(pipelines.wait(one.pipeline_id, updateId, { timeoutMs: 50 }));
    expect(late.code).toBe('TIMED_OUT');
    expect(on.api.count('stopPipeline')).toBe(0);
  });

  test('events come page after page, newest first, of one level', async () => {
    const one = on.api.pipelines.add('market');
    for (let i = 0; i < 20; i++)
      one.events.push({ update_id: 'u', level: i % 2 ? 'INFO' : 'WARN', message: `event ${i}` });
    const { pipelines } = on.open();
    const all = await allOf(pipelines.events(one.pipeline_id));
    expect(all.map(({ message }) => message)).toEqual(
      Array.from({ length: 20 }, (_, i) => `event ${19 - i}`),
    );
    const warnings = await allOf(pipelines.events(one.pipeline_id, { level: 'WARN' }));
    expect(warnings).toHaveLength(10);
    expect(new Set(warnings.map(({ level }) => level))).toEqual(new Set(['WARN']));
  });

  test('one that there is not', async () => {
    const absent = await failure(on.open().pipelines.get('00000000-0000-0000-0000-000000000009'));
    expect(absent).toMatchObject({ code: 'REQUEST_REFUSED', value: 'RESOURCE_DOES_NOT_EXIST' });
  });
});

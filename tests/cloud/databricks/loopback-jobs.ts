import { type Answer, type Asked, error, page } from './loopback.ts';

export interface LoopbackRun {
  readonly run_id: bigint;
  readonly job_id: bigint;
  readonly token: string | undefined;
  looks: number;
  isCancelled: boolean;
}

export interface LoopbackJob {
  readonly job_id: bigint;
  readonly name: string;
  /** Looks at a run of it before it is through; `Infinity`: only a cancel ends it. */
  looks: number;
  /** How its runs end. */
  ending: { readonly result_state: string; readonly state_message: string };
}

/** Beyond 2^53, where a double would be another id. */
const FIRST_RUN = 9_007_199_254_740_993n;

export class LoopbackJobs {
  readonly all: LoopbackJob[] = [];
  readonly runs: LoopbackRun[] = [];
  pageSize = 2;
  /** Runs are told in the newer way alone, without `state`. */
  newWay = false;

  add(name: string, more: Partial<LoopbackJob> = {}): LoopbackJob {
    const made = {
      job_id: 9_007_199_254_741_001n + BigInt(this.all.length * 2),
      name,
      looks: 1,
      ending: { result_state: 'SUCCESS', state_message: '' },
      ...more,
    };
    this.all.push(made);
    return made;
  }

  answer({ route, query, body }: Asked): Answer | undefined {
    if (route === 'jobs') return this.#list(query);
    if (route === 'runNow') return this.#runNow(body);
    if (route === 'runs') return this.#runs(query);
    if (route !== 'run' && route !== 'cancelRun') return undefined;
    const id = route === 'run' ? query.get('run_id') : String(body.run_id);
    const run = this.runs.find(({ run_id }) => String(run_id) === id);
    if (!run) return error(400, 'INVALID_PARAMETER_VALUE', `Run ${id} does not exist.`);
    if (route === 'cancelRun') {
      run.isCancelled = true;
      return {};
    }
    const json = this.#stated(run);
    run.looks--;
    return { json };
  }

  #list(query: URLSearchParams): Answer {
    const limit = Number(query.get('limit') ?? 20);
    if (limit < 1 || limit > 100)
      return error(400, 'INVALID_PARAMETER_VALUE', 'limit must be between 1 and 100');
    const name = query.get('name')?.toLowerCase();
    const fitting = this.all.filter((job) => name === undefined || job.name.toLowerCase() === name);
    const { items, more } = page(fitting, query, this.pageSize);
    const jobs = items.map(({ job_id, name }) => ({ job_id, settings: { name } }));
    return { json: { ...(jobs.length > 0 ? { jobs } : {}), has_more: 'next_page_token' in more, ...more } };
  }

  #runNow({ job_id, idempotency_token }: Record<string, unknown>): Answer {
    const job = this.all.find((one) => String(one.job_id) === String(job_id));
    if (!job) return error(400, 'INVALID_PARAMETER_VALUE', `Job ${job_id} does not exist.`);
    const token = idempotency_token === undefined ? undefined : String(idempotency_token);
    if (token && token.length > 64)
      return error(400, 'INVALID_PARAMETER_VALUE', 'idempotency_token is longer than 64');
    let run = this.runs.find((one) => token !== undefined && one.token === token);
    if (!run) {
      const run_id = FIRST_RUN + BigInt(this.runs.length * 2);
      run = { run_id, job_id: job.job_id, token, looks: job.looks, isCancelled: false };
      this.runs.push(run);
    }
    return { json: { run_id: run.run_id, number_in_job: run.run_id } };
  }

  #runs(query: URLSearchParams): Answer {
    const limit = Number(query.get('limit') ?? 20);
    if (limit < 1 || limit >= 25)
      return error(400, 'INVALID_PARAMETER_VALUE', 'limit must be between 1 and 24');
    const id = query.get('job_id');
    const active = query.get('active_only') === 'true';
    const fitting = this.runs
      .filter(
        (run) =>
          (id === null || String(run.job_id) === id) && (!active || (run.looks > 0 && !run.isCancelled)),
      )
      .toReversed();
    const { items, more } = page(fitting, query, this.pageSize);
    return {
      json: { runs: items.map((run) => this.#stated(run)), has_more: 'next_page_token' in more, ...more },
    };
  }

  #stated(run: LoopbackRun): object {
    const job = this.all.find(({ job_id }) => job_id === run.job_id)!;
    const isOver = run.isCancelled || run.looks <= 0;
    const ending = run.isCancelled
      ? { result_state: 'CANCELED', state_message: 'Run cancelled.' }
      : job.ending;
    const life = isOver ? 'TERMINATED' : 'RUNNING';
    const old = { life_cycle_state: life, ...(isOver ? ending : { state_message: 'In run' }) };
    const code = ending.result_state === 'FAILED' ? 'RUN_EXECUTION_ERROR' : ending.result_state;
    const fresh = {
      state: life,
      ...(isOver ? { termination_details: { code, message: ending.state_message } } : {}),
    };
    const state = { ...(this.newWay ? {} : { state: old }), status: fresh };
    const task = isOver && ending.result_state === 'FAILED' ? 'Table gold_candles_1m not found.' : '';
    return {
      run_id: run.run_id,
      job_id: run.job_id,
      run_page_url: `https://adb-1.azuredatabricks.net/?o=1#job/${run.job_id}/run/${run.run_id}`,
      start_time: 1_764_000_000_000,
      end_time: isOver ? 1_764_000_060_000 : 0,
      tasks: [
        {
          task_key: 'optimize',
          ...(this.newWay
            ? { status: fresh }
            : { state: { ...old, ...(task ? { state_message: task } : {}) } }),
        },
      ],
      ...state,
    };
  }
}

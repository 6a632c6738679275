import { randomUUID } from 'node:crypto';
import { CandlebookError } from '../../market/index.ts';
import { idIn, type Json, listIn, malformed, objectIn, pages } from './answer.ts';
import type { Api } from './api.ts';
import { exactId } from './names.ts';
import { growingPauses, pause } from './pause.ts';

const PATH = '/api/2.2/jobs';
/** The API's greatest pages. */
const JOBS_PAGE = 100;
const RUNS_PAGE = 24;

/** Ids of jobs and runs are texts: whole numbers of up to 64 bits. */
export interface Job {
  readonly jobId: string;
  readonly name: string;
}

export interface JobRun {
  readonly runId: string;
  readonly jobId: string;
  /** QUEUED, PENDING, BLOCKED, WAITING, RUNNING, TERMINATING or TERMINATED. */
  readonly state: string;
  readonly isOver: boolean;
  /** How it ended: SUCCESS, or a word of Databricks' such as FAILED or CANCELED; `undefined` before. */
  readonly result: string | undefined;
  readonly message: string;
  /** Its page in the workspace. */
  readonly url: string;
  /** Epoch ms; `undefined` before. */
  readonly startTime: number | undefined;
  readonly endTime: number | undefined;
  readonly tasks: readonly { readonly key: string; readonly state: string; readonly message: string }[];
}

export interface WaitOptions {
  /** Ends the waiting, not what is waited for. */
  readonly signal?: AbortSignal;
  /** Longest wait, ms. Default 3,600,000. */
  readonly timeoutMs?: number;
}

const WAIT_MS = 3_600_000;

/** Jobs of a workspace and their runs. */
export class Jobs {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** All jobs that may be seen, or those of a name, page after page. */
  async *list({ name }: { readonly name?: string } = {}): AsyncGenerator<Job> {
    const ask = (page_token?: string) =>
      this.#api.get(`${PATH}/list`, { query: { name, limit: JOBS_PAGE, page_token } });
    for await (const job of pages(ask, 'jobs', 'the list of jobs')) {
      const { name = '' } = objectIn(job.settings ?? {}, 'the settings of a job') as { name?: string };
      yield { jobId: idIn(job, 'job_id', 'a job'), name };
    }
  }

  /** The id of a job by its id or name. @throws CandlebookError INPUT_INVALID where there is none, or several */
  find(idOrName: string): Promise<string> {
    if (/^\d+$/.test(idOrName)) return Promise.resolve(idOrName);
    return exactId('job', idOrName, async () => {
      const found: string[] = [];
      for await (const job of this.list({ name: idOrName }))
        if (job.name.toLowerCase() === idOrName.toLowerCase()) found.push(job.jobId);
      return found;
    });
  }

  /**
   * Starts a run. The same token starts it once only, however often it is said; without one a call that got no answer
   * is repeated under a token of its own.
   * @returns the run's id
   */
  async run(
    jobId: string,
    options: {
      readonly parameters?: Readonly<Record<string, string>>;
      readonly idempotencyToken?: string;
    } = {},
  ): Promise<string> {
    const { parameters, idempotencyToken = randomUUID() } = options;
    const body = {
      job_id: BigInt(jobId),
      idempotency_token: idempotencyToken,
      ...(parameters ? { job_parameters: parameters } : {}),
    };
    const answer = await this.#api.post(`${PATH}/run-now`, { body, repeatable: true });
    return idIn(objectIn(answer, 'a run'), 'run_id', 'a run');
  }

  async get(runId: string, signal?: AbortSignal): Promise<JobRun> {
    const answer = await this.#api.get(`${PATH}/runs/get`, { query: { run_id: runId }, signal });
    return toRun(objectIn(answer, 'a run'));
  }

  /** Runs, newest first, page after page. */
  async *runs(
    options: { readonly jobId?: string; readonly activeOnly?: boolean } = {},
  ): AsyncGenerator<JobRun> {
    const query = { job_id: options.jobId, active_only: options.activeOnly, limit: RUNS_PAGE };
    const ask = (page_token?: string) =>
      this.#api.get(`${PATH}/runs/list`, { query: { ...query, page_token } });
    for await (const run of pages(ask, 'runs', 'the list of runs')) yield toRun(run);
  }

  /** Asks that a run end; `wait` tells when it has. */
  async cancel(runId: string): Promise<void> {
    await this.#api.post(`${PATH}/runs/cancel`, { body: { run_id: BigInt(runId) }, repeatable: true });
  }

  /**
   * Waits for the end of a run.
   * @throws CandlebookError RUN_FAILED with its message and its page, TIMED_OUT, STOPPED
   */
  async wait(runId: string, { signal, timeoutMs = WAIT_MS }: WaitOptions = {}): Promise<JobRun> {
    const deadline = Date.now() + timeoutMs;
    const pauses = growingPauses(this.#api.pauseMs);
    for (;;) {
      const run = await this.get(runId, signal);
      if (run.isOver) {
        if (run.result === 'SUCCESS') return run;
        throw runFailed(run);
      }
      const left = deadline - Date.now();
      if (left <= 0)
        throw new CandlebookError(
          'TIMED_OUT',
          `Run ${runId} is ${run.state} after ${timeoutMs / 1000} s; it goes on.`,
          {
            value: timeoutMs,
            hint: `Look at ${run.url || 'its page'}, wait longer, or end it with cancel.`,
          },
        );
      await pause(Math.min(left, pauses.next().value), signal);
    }
  }
}

function runFailed({ runId, result, message, url, tasks }: JobRun): CandlebookError {
  const bad = tasks.filter(({ state }) => !/^(?:SUCCESS|TERMINATED|EXCLUDED)$/.test(state));
  const named = bad.map(({ key, state, message: said }) => `${key}: ${said || state}`).join('; ');
  const said = [message, named].filter(Boolean).join(' Tasks: ');
  return new CandlebookError('RUN_FAILED', `Run ${runId} ended as ${result}${said ? `: ${said}` : ''}`, {
    value: result,
    hint: url ? `Its page tells more: ${url}` : 'Look at its page in the workspace.',
  });
}

/** States in which the older of Databricks' two descriptions says that a run is over. */
const OVER = new Set(['TERMINATED', 'SKIPPED', 'INTERNAL_ERROR']);

function toRun(json: Json): JobRun {
  const { state, isOver, result, message } = stateOf(json);
  const epoch = (name: string) => (typeof json[name] === 'number' && json[name] > 0 ? json[name] : undefined);
  return {
    runId: idIn(json, 'run_id', 'a run'),
    jobId: json.job_id === undefined ? '' : idIn(json, 'job_id', 'a run'),
    state,
    isOver,
    result,
    message,
    url: typeof json.run_page_url === 'string' ? json.run_page_url : '',
    startTime: epoch('start_time'),
    endTime: epoch('end_time'),
    tasks: listIn(json, 'tasks', 'a run').map((value) => {
      const task = objectIn(value, 'a task of a run');
      const { state, result, message } = stateOf(task);
      return { key: String(task.task_key ?? ''), state: result ?? state, message };
    }),
  };
}

/** By `state`, which tells the result in a word, and where that has gone, by `status`, which replaces it. */
function stateOf(json: Json): Pick<JobRun, 'state' | 'isOver' | 'result' | 'message'> {
  const old = json.state as Json | undefined;
  const status = json.status as Json | undefined;
  const ending = status?.termination_details as Json | undefined;
  const state = status?.state ?? old?.life_cycle_state;
  if (typeof state !== 'string') throw malformed('the state of a run', json.state ?? null);
  const isOver = OVER.has(state);
  const word = old?.result_state ?? ending?.code ?? (isOver ? state : undefined);
  const message = String(old?.state_message || ending?.message || '').trim();
  return { state, isOver, result: isOver ? String(word) : undefined, message };
}

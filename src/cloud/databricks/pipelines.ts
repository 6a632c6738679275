import { CandlebookError } from '../../market/index.ts';
import { type Json, listIn, objectIn, pages, textIn } from './answer.ts';
import type { Api } from './api.ts';
import type { WaitOptions } from './jobs.ts';
import { exactId } from './names.ts';
import { growingPauses, pause } from './pause.ts';

const PATH = '/api/2.0/pipelines';
const PAGE = 100;

export interface Pipeline {
  readonly pipelineId: string;
  readonly name: string;
  /** DEPLOYING, STARTING, RUNNING, STOPPING, RECOVERING, RESETTING, IDLE, FAILED or DELETED. */
  readonly state: string;
  /** HEALTHY or UNHEALTHY; empty where it never ran. */
  readonly health: string;
  /** Newest first; of a list only the newest few. */
  readonly updates: readonly {
    readonly updateId: string;
    readonly state: string;
    readonly created: string;
  }[];
}

export interface PipelineUpdate {
  readonly updateId: string;
  /** QUEUED, CREATED, WAITING_FOR_RESOURCES, INITIALIZING, RESETTING, SETTING_UP_TABLES, RUNNING, STOPPING, COMPLETED, FAILED or CANCELED. */
  readonly state: string;
  readonly isOver: boolean;
  /** Its page in the workspace. */
  readonly url: string;
}

export interface PipelineEvent {
  readonly time: string;
  /** INFO, WARN, ERROR or METRICS. */
  readonly level: string;
  readonly type: string;
  readonly message: string;
  /** Of the exceptions that it tells of, the outermost first. */
  readonly causes: readonly string[];
  readonly updateId: string | undefined;
}

export interface StartOptions {
  /** Empty all tables and read everything anew, as far as the topic still holds it. Default false. */
  readonly fullRefresh?: boolean;
  /** The same for these tables only. */
  readonly fullRefreshOf?: readonly string[];
  /** These tables only, without emptying them. */
  readonly only?: readonly string[];
  /** Check the pipeline's files, and compute nothing. */
  readonly validateOnly?: boolean;
}

const WAIT_MS = 3_600_000;
const OVER = new Set(['COMPLETED', 'FAILED', 'CANCELED']);
/** Errors of a failed update that are told; the first ones say what began it. */
const TOLD_ERRORS = 3;

/** Declarative pipelines of a workspace and their updates. */
export class Pipelines {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** All that may be seen, page after page. @param name `%` stands for any text */
  async *list({ name }: { readonly name?: string } = {}): AsyncGenerator<Pipeline> {
    const filter = name === undefined ? undefined : `name LIKE '${name.replaceAll("'", "''")}'`;
    const ask = (page_token?: string) =>
      this.#api.get(PATH, { query: { filter, max_results: PAGE, page_token } });
    for await (const json of pages(ask, 'statuses', 'the list of pipelines')) yield toPipeline(json);
  }

  /** The id of a pipeline by its id or name. @throws CandlebookError INPUT_INVALID where there is none, or several */
  find(idOrName: string): Promise<string> {
    if (/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(idOrName)) return Promise.resolve(idOrName);
    return exactId('pipeline', idOrName, async () => {
      const found: string[] = [];
      for await (const one of this.list({ name: idOrName }))
        if (one.name === idOrName) found.push(one.pipelineId);
      return found;
    });
  }

  async get(pipelineId: string, signal?: AbortSignal): Promise<Pipeline> {
    return toPipeline(objectIn(await this.#api.get(pathOf(pipelineId), { signal }), 'a pipeline'));
  }

  /** Starts an update. @returns its id. @throws CandlebookError REQUEST_REFUSED where one is under way */
  async start(pipelineId: string, options: StartOptions = {}): Promise<string> {
    const { fullRefresh, fullRefreshOf, only, validateOnly } = options;
    const body = {
      ...(fullRefresh ? { full_refresh: true } : {}),
      ...(fullRefreshOf ? { full_refresh_selection: fullRefreshOf } : {}),
      ...(only ? { refresh_selection: only } : {}),
      ...(validateOnly ? { validate_only: true } : {}),
      cause: 'API_CALL',
    };
    const answer = await this.#api.post(`${pathOf(pipelineId)}/updates`, { body });
    return textIn(objectIn(answer, 'an update'), 'update_id', 'an update');
  }

  /** Asks that what runs end; `waitIdle` tells when it has. */
  async stop(pipelineId: string): Promise<void> {
    await this.#api.post(`${pathOf(pipelineId)}/stop`, { repeatable: true });
  }

  async update(pipelineId: string, updateId: string, signal?: AbortSignal): Promise<PipelineUpdate> {
    const path = `${pathOf(pipelineId)}/updates/${encodeURIComponent(updateId)}`;
    const answer = objectIn(await this.#api.get(path, { signal }), 'an update');
    const state = textIn(objectIn(answer.update, 'an update'), 'state', 'an update');
    const url = `${this.#api.host}/pipelines/${pipelineId}/updates/${updateId}`;
    return { updateId, state, isOver: OVER.has(state), url };
  }

  /**
   * Waits for the end of an update.
   * @throws CandlebookError RUN_FAILED with its errors and its page, TIMED_OUT, STOPPED
   */
  async wait(pipelineId: string, updateId: string, options: WaitOptions = {}): Promise<PipelineUpdate> {
    const look = () => this.update(pipelineId, updateId, options.signal);
    const update = await this.#until(look, ({ isOver }) => isOver, `Update ${updateId}`, options);
    if (update.state === 'COMPLETED') return update;
    const causes = update.state === 'FAILED' ? await this.#errorsOf(pipelineId, updateId) : [];
    const said = causes.length > 0 ? `: ${causes.join('; ')}` : '.';
    throw new CandlebookError('RUN_FAILED', `Update ${updateId} ended as ${update.state}${said}`, {
      value: update.state,
      hint: `Its page tells more: ${update.url}`,
    });
  }

  /** Waits until nothing of the pipeline runs. @throws CandlebookError TIMED_OUT, STOPPED */
  waitIdle(pipelineId: string, options: WaitOptions = {}): Promise<Pipeline> {
    const look = () => this.get(pipelineId, options.signal);
    const isStill = ({ state }: Pipeline) => state === 'IDLE' || state === 'FAILED' || state === 'DELETED';
    return this.#until(look, isStill, `Pipeline ${pipelineId}`, options);
  }

  /** Events, newest first, page after page; with a level, of this one only. */
  async *events(
    pipelineId: string,
    { level, signal }: { readonly level?: 'INFO' | 'WARN' | 'ERROR'; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<PipelineEvent> {
    const filter = level === undefined ? undefined : `level='${level}'`;
    // A page token goes without the filter that it was made with.
    const ask = (page_token?: string) =>
      this.#api.get(`${pathOf(pipelineId)}/events`, {
        query: page_token === undefined ? { filter, max_results: PAGE } : { page_token, max_results: PAGE },
        signal,
      });
    for await (const json of pages(ask, 'events', 'the events')) yield toEvent(json);
  }

  async #errorsOf(pipelineId: string, updateId: string): Promise<string[]> {
    const texts: string[] = [];
    for await (const { updateId: of, message, causes } of this.events(pipelineId, { level: 'ERROR' })) {
      // Newest first: behind those of this update come those of earlier ones.
      if (of !== undefined && of !== updateId) break;
      texts.push([message, ...causes].filter(Boolean).join(' '));
    }
    return [...new Set(texts)].slice(-TOLD_ERRORS).reverse();
  }

  async #until<T extends { readonly state: string }>(
    look: () => Promise<T>,
    isDone: (one: T) => boolean,
    what: string,
    { signal, timeoutMs = WAIT_MS }: WaitOptions,
  ): Promise<T> {
    const deadline = Date.now() + timeoutMs;
    const pauses = growingPauses(this.#api.pauseMs);
    for (;;) {
      const one = await look();
      if (isDone(one)) return one;
      const left = deadline - Date.now();
      if (left <= 0)
        throw new CandlebookError(
          'TIMED_OUT',
          `${what} is ${one.state} after ${timeoutMs / 1000} s; it goes on.`,
          {
            value: timeoutMs,
            hint: 'Wait longer, or end it with stop.',
          },
        );
      await pause(Math.min(left, pauses.next().value), signal);
    }
  }
}

function pathOf(pipelineId: string): string {
  return `${PATH}/${encodeURIComponent(pipelineId)}`;
}

function toPipeline(json: Json): Pipeline {
  return {
    pipelineId: textIn(json, 'pipeline_id', 'a pipeline'),
    name: typeof json.name === 'string' ? json.name : '',
    state: textIn(json, 'state', 'a pipeline'),
    health: typeof json.health === 'string' ? json.health : '',
    updates: listIn(json, 'latest_updates', 'a pipeline').map((value) => {
      const update = objectIn(value, 'an update');
      return {
        updateId: textIn(update, 'update_id', 'an update'),
        state: textIn(update, 'state', 'an update'),
        created: String(update.creation_time ?? ''),
      };
    }),
  };
}

function toEvent(json: Json): PipelineEvent {
  const error = objectIn(json.error ?? {}, 'the error of an event');
  const origin = objectIn(json.origin ?? {}, 'the origin of an event');
  return {
    time: String(json.timestamp ?? ''),
    level: String(json.level ?? ''),
    type: String(json.event_type ?? ''),
    message: String(json.message ?? ''),
    causes: listIn(error, 'exceptions', 'the error of an event').map((value) =>
      String(objectIn(value, 'an exception').message ?? ''),
    ),
    updateId: typeof origin.update_id === 'string' ? origin.update_id : undefined,
  };
}

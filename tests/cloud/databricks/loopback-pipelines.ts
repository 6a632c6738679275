import { type Answer, type Asked, error, page } from './loopback.ts';

export interface LoopbackPipeline {
  readonly pipeline_id: string;
  readonly name: string;
  state: string;
  /** States of the next update, one a look; the last one stays. */
  course: string[];
  readonly updates: { readonly update_id: string; state: string }[];
  readonly events: {
    readonly update_id: string;
    readonly level: string;
    readonly message: string;
    readonly cause?: string;
  }[];
}

const OVER = ['COMPLETED', 'FAILED', 'CANCELED'];

export class LoopbackPipelines {
  readonly all: LoopbackPipeline[] = [];
  pageSize = 3;

  add(name: string, course: readonly string[] = ['COMPLETED']): LoopbackPipeline {
    const number = String(this.all.length + 1).padStart(12, '0');
    const made = {
      pipeline_id: `00000000-0000-0000-0000-${number}`,
      name,
      state: 'IDLE',
      course: [...course],
      updates: [],
      events: [],
    };
    this.all.push(made);
    return made;
  }

  answer({ route, ids, query, body }: Asked): Answer | undefined {
    if (route === 'pipelines') return this.#list(query);
    if (!['pipeline', 'startUpdate', 'update', 'stopPipeline', 'events'].includes(route)) return undefined;
    const one = this.all.find(({ pipeline_id }) => pipeline_id === ids[0]);
    if (!one) return error(404, 'RESOURCE_DOES_NOT_EXIST', `The specified pipeline ${ids[0]} was not found.`);
    if (route === 'pipeline') {
      if (one.state === 'STOPPING') one.state = 'IDLE';
      return { json: this.#stated(one) };
    }
    if (route === 'events') return this.#events(one, query);
    if (route === 'stopPipeline') {
      one.state = 'STOPPING';
      one.course = ['CANCELED'];
      return {};
    }
    if (route === 'startUpdate') {
      if (one.updates.some(({ state }) => !OVER.includes(state)))
        return error(409, 'CONFLICT', 'An active update already exists for this pipeline.');
      if (body.full_refresh !== undefined && typeof body.full_refresh !== 'boolean')
        return error(400, 'INVALID_PARAMETER_VALUE', 'full_refresh is no boolean');
      one.updates.unshift({ update_id: `update-${one.updates.length + 1}`, state: 'QUEUED' });
      one.state = 'RUNNING';
      return { json: { update_id: one.updates[0]!.update_id } };
    }
    const update = one.updates.find(({ update_id }) => update_id === ids[1]);
    if (!update)
      return error(404, 'RESOURCE_DOES_NOT_EXIST', `The specified update ${ids[1]} was not found.`);
    update.state = one.course.length > 1 ? one.course.shift()! : one.course[0]!;
    return {
      json: { update: { pipeline_id: one.pipeline_id, creation_time: 1_764_000_000_000, ...update } },
    };
  }

  #list(query: URLSearchParams): Answer {
    const [, like] = /^name LIKE '(.*)'$/.exec(query.get('filter') ?? '') ?? [];
    if (query.has('filter') && like === undefined)
      return error(400, 'INVALID_PARAMETER_VALUE', 'filter is not supported');
    if (Number(query.get('max_results') ?? 25) > 100)
      return error(400, 'INVALID_PARAMETER_VALUE', 'max_results > 100');
    const pattern =
      like && new RegExp(`^${like.replaceAll("''", "'").replaceAll('%', '.*').replaceAll('_', '.')}$`);
    const fitting = this.all.filter(({ name }) => !pattern || pattern.test(name));
    const { items, more } = page(fitting, query, this.pageSize);
    return {
      json: { ...(items.length > 0 ? { statuses: items.map((one) => this.#stated(one)) } : {}), ...more },
    };
  }

  #stated({ pipeline_id, name, state, updates }: LoopbackPipeline): object {
    const latest_updates = updates.map((one) => ({ ...one, creation_time: '2026-11-27T10:00:00Z' }));
    return { pipeline_id, name, state, health: 'HEALTHY', creator_user_name: 'x', latest_updates };
  }

  #events(one: LoopbackPipeline, query: URLSearchParams): Answer {
    const token = query.get('page_token');
    if (token !== null && (query.has('filter') || query.has('order_by')))
      return error(
        400,
        'INVALID_PARAMETER_VALUE',
        'page_token can not be used with other fields than max_results',
      );
    // The token remembers the filter.
    const level = token?.split('|')[1] ?? /^level='(\w+)'$/.exec(query.get('filter') ?? '')?.[1] ?? '';
    const newest = one.events.filter((event) => !level || event.level === level).toReversed();
    const from = Number(token?.split('|')[0] ?? 0);
    const next = from + this.pageSize;
    const events = newest.slice(from, next).map(({ update_id, cause, ...event }, at) => ({
      id: `event-${from + at}`,
      timestamp: '2026-11-27T10:00:00.000Z',
      event_type: 'update_progress',
      origin: { pipeline_id: one.pipeline_id, update_id },
      ...event,
      ...(cause ? { error: { fatal: true, exceptions: [{ class_name: 'X', message: cause }] } } : {}),
    }));
    return { json: { events, ...(next < newest.length ? { next_page_token: `${next}|${level}` } : {}) } };
  }
}

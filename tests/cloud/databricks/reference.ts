/** A route of the published REST reference: the members that a request may have, and those that it must. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly query?: readonly string[];
  readonly body?: readonly string[];
  readonly required?: readonly string[];
}

const ID = '([^/]+)';
const route = (method: Route['method'], path: string, rest: Omit<Route, 'method' | 'path'> = {}): Route => ({
  method,
  path: new RegExp(`^${path}$`),
  ...rest,
});

/** Only what is listed exists: everything else is refused, as the API refuses what it does not know. */
export const ROUTES = {
  execute: route('POST', '/api/2.0/sql/statements', {
    body: [
      'byte_limit',
      'catalog',
      'disposition',
      'format',
      'on_wait_timeout',
      'parameters',
      'query_tags',
      'row_limit',
      'schema',
      'statement',
      'wait_timeout',
      'warehouse_id',
    ],
    required: ['statement', 'warehouse_id'],
  }),
  statement: route('GET', `/api/2.0/sql/statements/${ID}`),
  chunk: route('GET', `/api/2.0/sql/statements/${ID}/result/chunks/(\\d+)`, { query: ['row_offset'] }),
  cancelStatement: route('POST', `/api/2.0/sql/statements/${ID}/cancel`),
  warehouse: route('GET', `/api/2.0/sql/warehouses/${ID}`),
  me: route('GET', '/api/2.0/preview/scim/v2/Me'),
  pipelines: route('GET', '/api/2.0/pipelines', {
    query: ['filter', 'max_results', 'order_by', 'page_token'],
  }),
  pipeline: route('GET', `/api/2.0/pipelines/${ID}`),
  startUpdate: route('POST', `/api/2.0/pipelines/${ID}/updates`, {
    body: [
      'cause',
      'full_refresh',
      'full_refresh_selection',
      'parameters',
      'refresh_selection',
      'replace_where_overrides',
      'reset_checkpoint_selection',
      'rewind_spec',
      'validate_only',
    ],
  }),
  update: route('GET', `/api/2.0/pipelines/${ID}/updates/${ID}`),
  stopPipeline: route('POST', `/api/2.0/pipelines/${ID}/stop`),
  events: route('GET', `/api/2.0/pipelines/${ID}/events`, {
    query: ['filter', 'max_results', 'order_by', 'page_token'],
  }),
  jobs: route('GET', '/api/2.2/jobs/list', {
    query: ['expand_tasks', 'limit', 'name', 'offset', 'page_token'],
  }),
  runNow: route('POST', '/api/2.2/jobs/run-now', {
    body: [
      'idempotency_token',
      'job_id',
      'job_parameters',
      'only',
      'performance_target',
      'pipeline_params',
      'queue',
    ],
    required: ['job_id'],
  }),
  run: route('GET', '/api/2.2/jobs/runs/get', {
    query: ['include_history', 'include_resolved_values', 'page_token', 'run_id'],
    required: ['run_id'],
  }),
  runs: route('GET', '/api/2.2/jobs/runs/list', {
    query: [
      'active_only',
      'completed_only',
      'expand_tasks',
      'job_id',
      'limit',
      'page_token',
      'run_type',
      'start_time_from',
      'start_time_to',
    ],
  }),
  cancelRun: route('POST', '/api/2.2/jobs/runs/cancel', { body: ['run_id'], required: ['run_id'] }),
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;

/** Why the reference does not allow a request; `undefined` where it does. */
export function objection(
  { query = [], body = [], required = [] }: Route,
  asked: URLSearchParams,
  sent: Record<string, unknown>,
): string | undefined {
  const stranger = [...asked.keys()].find((name) => !query.includes(name)) ?? undefined;
  if (stranger !== undefined) return `unknown query parameter ${stranger}`;
  const field = Object.keys(sent).find((name) => !body.includes(name));
  if (field !== undefined) return `Could not parse request object: unknown field ${field}`;
  const missing = required.find((name) => !asked.has(name) && sent[name] === undefined);
  return missing === undefined ? undefined : `Missing required field: ${missing}`;
}

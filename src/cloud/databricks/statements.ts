import { CandlebookError } from '../../market/index.ts';
import type { SqlResult } from '../../store/index.ts';
import { countIn, type Json, objectIn, textIn } from './answer.ts';
import type { Api } from './api.ts';
import { columnsOf } from './cells.ts';
import { checkRows, chunksOf } from './chunks.ts';
import { apiParameters, type StatementParameters } from './parameters.ts';
import { growingPauses, pause, stopped } from './pause.ts';

export interface StatementOptions {
  /** Values of `:name` in the statement. */
  readonly parameters?: StatementParameters;
  /** Id of the SQL warehouse; default: that of the settings. */
  readonly warehouse?: string;
  /** What names without a catalog and schema mean. Default `candlebook` and `market`. */
  readonly catalog?: string;
  readonly schema?: string;
  /** Cancels the statement in Databricks too. */
  readonly signal?: AbortSignal;
  /** The statement is cancelled when it runs for longer, ms. Default 600,000. */
  readonly timeoutMs?: number;
}

/** What was asked of the API, beside the text. */
export interface Asked extends StatementOptions {
  readonly warehouse: string;
  readonly catalog: string;
  readonly schema: string;
}

const PATH = '/api/2.0/sql/statements';
/** Within it most statements are through, so that they cost one call; the least that the API allows. */
const WAIT_S = 5;
const TIMEOUT_MS = 600_000;
const FIRST_POLL_MS = 200;

/**
 * The result of one statement in its chunks. Up to 25 MiB come with the answer; a larger result is aborted by
 * Databricks, and the statement, a query then, is run once more to have it by links.
 */
export async function* statement(
  api: Api,
  text: string,
  asked: Asked,
  maxRows?: number,
): AsyncGenerator<SqlResult> {
  let done: Json;
  try {
    done = await carryOut(api, text, asked, 'INLINE');
  } catch (error) {
    if (!(error instanceof CandlebookError) || !isTooLarge(error)) throw error;
    done = await carryOut(api, text, asked, 'EXTERNAL_LINKS');
  }
  const manifest = objectIn(done.manifest, 'the manifest of the result');
  if (maxRows !== undefined) checkRows(manifest, maxRows);
  const reader = {
    api,
    statementId: textIn(done, 'statement_id', 'a statement'),
    columns: columnsOf(manifest),
    signal: asked.signal,
  };
  const total = countIn(manifest, 'total_row_count', 'the manifest');
  yield* chunksOf(reader, objectIn(done.result ?? {}, 'the result'), total);
}

function isTooLarge({ code, message }: CandlebookError): boolean {
  const isRefused = code === 'INPUT_INVALID' || code === 'RUN_FAILED' || code === 'REQUEST_REFUSED';
  return isRefused && /inline byte limit exceeded|disposition=EXTERNAL_LINKS/i.test(message);
}

/** Runs it to its end. @returns the answer with manifest and first chunk */
async function carryOut(
  api: Api,
  text: string,
  { parameters = {}, warehouse, catalog, schema, signal, timeoutMs = TIMEOUT_MS }: Asked,
  disposition: 'INLINE' | 'EXTERNAL_LINKS',
): Promise<Json> {
  if (signal?.aborted) throw stopped();
  const deadline = Date.now() + timeoutMs;
  const body = {
    statement: text,
    warehouse_id: warehouse,
    catalog,
    schema,
    parameters: apiParameters(parameters),
    disposition,
    format: 'JSON_ARRAY',
    wait_timeout: `${WAIT_S}s`,
    on_wait_timeout: 'CONTINUE',
  };
  // Not given up at the signal: only its answer tells which statement is to be cancelled.
  let answer = objectIn(await api.post(PATH, { body }), 'a statement');
  const id = textIn(answer, 'statement_id', 'a statement');
  const pauses = growingPauses(FIRST_POLL_MS);
  try {
    while (isUnderWay(answer)) {
      const left = deadline - Date.now();
      if (left <= 0) throw tooLate(id, timeoutMs);
      await pause(Math.min(left, pauses.next().value), signal);
      answer = objectIn(await api.get(`${PATH}/${encodeURIComponent(id)}`, { signal }), 'a statement');
    }
    if (signal?.aborted) throw stopped();
  } catch (error) {
    await cancel(api, id);
    throw error;
  }
  const status = objectIn(answer.status, 'the status of a statement');
  if (status.state === 'SUCCEEDED') return answer;
  throw failure(id, status);
}

function isUnderWay(answer: Json): boolean {
  const state = textIn(objectIn(answer.status, 'the status of a statement'), 'state', 'a statement');
  return state === 'PENDING' || state === 'RUNNING';
}

/** What it fails with matters less than why it was called; a statement left alone ends by the warehouse's own limit. */
async function cancel(api: Api, id: string): Promise<void> {
  await api.post(`${PATH}/${encodeURIComponent(id)}/cancel`, { repeatable: true }).catch(() => undefined);
}

function tooLate(id: string, timeoutMs: number): CandlebookError {
  return new CandlebookError(
    'TIMED_OUT',
    `Statement ${id} was not through after ${timeoutMs / 1000} s, and was cancelled.`,
    {
      value: timeoutMs,
      hint: 'Ask for less, allow more time (timeoutMs, --timeout), or take a larger warehouse; one that was stopped needs some minutes to start.',
    },
  );
}

function failure(id: string, status: Json): CandlebookError {
  const state = String(status.state);
  const { error_code = '', message = '' } = (status.error ?? {}) as { error_code?: string; message?: string };
  const sqlState = typeof status.sql_state === 'string' ? status.sql_state : '';
  const said = [error_code, message].filter(Boolean).join(': ');
  // Class 42 is SQLSTATE's own for wrong syntax and for names that there are not.
  const isWrong = error_code === 'BAD_REQUEST' || sqlState.startsWith('42');
  return new CandlebookError(
    isWrong ? 'INPUT_INVALID' : 'RUN_FAILED',
    `Statement ${id} ended as ${state}${said ? ` (${said})` : ''}${sqlState ? `, SQLSTATE ${sqlState}` : ''}.`,
    {
      value: sqlState || error_code || state,
      hint: isWrong
        ? 'Correct the statement as the message says; `show tables` lists what there is.'
        : state === 'CANCELED'
          ? 'Somebody cancelled it, or the warehouse’s own time-out did; run it again.'
          : 'See the query history of the workspace for it, and run it again.',
    },
  );
}

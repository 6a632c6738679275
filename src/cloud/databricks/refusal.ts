import { CandlebookError, type ErrorCode } from '../../market/index.ts';

/** What Databricks says with a status of 400 and above: JSON, a text such as `BAD_REQUEST: …`, or a gateway's page. */
export interface Refusal {
  readonly status: number;
  /** Databricks' own word, such as `RESOURCE_DOES_NOT_EXIST`; empty where it says none. */
  readonly word: string;
  readonly message: string;
}

const LONGEST_MESSAGE = 2_000;

export function refusalOf(status: number, body: string): Refusal {
  const { error_code = '', message = '', error = '' } = parsed(body);
  const [, word, said] = /^([A-Z_]+): (.*)$/s.exec(body) ?? [];
  const text = String(message || error || said || '').trim() || pageText(body);
  return { status, word: String(error_code || word || ''), message: text.slice(0, LONGEST_MESSAGE) };
}

function parsed(body: string): { error_code?: unknown; message?: unknown; error?: unknown } {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}

/** The beginning of a page of HTML, without its tags. */
function pageText(body: string): string {
  const text = body
    .replace(/<(?:style|script)[\s\S]*?<\/(?:style|script)>|<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** A token that was let in before and is not any more answers with 401, in some workspaces with 403. */
export function isTokenRefused({ status, message }: Refusal): boolean {
  return status === 401 || (status === 403 && /token/i.test(message) && /invalid|expired/i.test(message));
}

/** The error for an answer that asking again does not mend. */
export function refused(what: string, refusal: Refusal): CandlebookError {
  const { status, word, message } = refusal;
  const said = [word, message].filter(Boolean).join(': ');
  const [code, hint] = codeAndHint(status);
  return new CandlebookError(code, `${what} was refused with HTTP ${status}${said ? ` (${said})` : ''}.`, {
    value: word || status,
    hint,
  });
}

function codeAndHint(status: number): [ErrorCode, string] {
  if (status === 403)
    return [
      'ACCESS_DENIED',
      'Have an administrator of the workspace grant it: CAN USE of the warehouse, CAN RUN of pipeline or job, SELECT on the tables.',
    ];
  if (status === 404)
    return [
      'REQUEST_REFUSED',
      'See that the id or name is of this workspace; its page in Databricks ends with it.',
    ];
  if (status === 409)
    return ['REQUEST_REFUSED', 'Something is under way there already: wait until it ends, or stop it.'];
  if (status === 429)
    return ['RATE_LIMITED', 'Ask less often, or wait some minutes; the limits are of the whole workspace.'];
  if (status >= 500)
    return ['HOST_UNREACHABLE', 'The workspace has trouble of its own; try again in some minutes.'];
  return ['REQUEST_REFUSED', 'The message is Databricks’ own: correct what it names.'];
}

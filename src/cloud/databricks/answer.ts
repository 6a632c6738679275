import { CandlebookError } from '../../market/index.ts';

/** An object of an answer, of which nothing is known yet. */
export type Json = Readonly<Record<string, unknown>>;

/** @throws CandlebookError RESPONSE_INVALID naming what the answer lacks */
export function malformed(what: string, value: unknown): CandlebookError {
  const shown =
    JSON.stringify(value, (_key, one) => (typeof one === 'bigint' ? String(one) : one)) ?? 'nothing';
  return new CandlebookError('RESPONSE_INVALID', `Databricks answered without ${what}.`, {
    value: shown.length > 80 ? `${shown.slice(0, 80)}…` : shown,
    hint: 'Try again; if it stays, the API has changed: update candlebook.',
  });
}

export function objectIn(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw malformed(what, value);
}

export function textIn(json: Json, name: string, what: string): string {
  const value = json[name];
  if (typeof value === 'string' && value !== '') return value;
  throw malformed(`${name} of ${what}`, value);
}

/** A list, empty where the member is left out, as Databricks leaves out what is empty. */
export function listIn(json: Json, name: string, what: string): readonly unknown[] {
  const value = json[name] ?? [];
  if (Array.isArray(value)) return value;
  throw malformed(`${name} of ${what}`, value);
}

/** A count from 0; `undefined` where the member is left out. */
export function countIn(json: Json, name: string, what: string): number | undefined {
  const value = json[name];
  if (value === undefined || value === null) return undefined;
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw malformed(`${name} of ${what}`, value);
}

/** An id that is a whole number of up to 64 bits, as text: beyond 2^53 a number would be another one. */
export function idIn(json: Json, name: string, what: string): string {
  const value = json[name];
  if (Number.isSafeInteger(value) || typeof value === 'bigint') return String(value);
  throw malformed(`${name} of ${what}`, value);
}

/** Pages may repeat a token only by mistake; without an end there would be no way out. */
const MOST_PAGES = 10_000;

/** Items page after page, by `next_page_token`. */
export async function* pages(
  ask: (pageToken: string | undefined) => Promise<unknown>,
  name: string,
  what: string,
): AsyncGenerator<Json> {
  let token: string | undefined;
  const seen = new Set<string>();
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = objectIn(await ask(token), what);
    for (const item of listIn(answer, name, what)) yield objectIn(item, `an item of ${what}`);
    const next = answer.next_page_token;
    if (next === undefined || next === null || next === '') return;
    if (typeof next !== 'string' || seen.has(next)) throw malformed(`another page of ${what}`, next);
    seen.add(next);
    token = next;
  }
  throw malformed(`an end of ${what}`, MOST_PAGES);
}

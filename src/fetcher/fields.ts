import { CandlebookError } from '../market/index.ts';

/** A parsed JSON object of the exchange. */
export type Json = Readonly<Record<string, unknown>>;

/*
 * Reading one field of an answer or frame. What is absent or of another kind is refused by name, so that a change
 * of the exchange's format is an error and never a wrong number.
 */

export function invalid(name: string, value: unknown): CandlebookError {
  const shown = JSON.stringify(value) ?? 'absent';
  return new CandlebookError(
    'RESPONSE_INVALID',
    `Field ${name} of the exchange’s message is ${shown.slice(0, 60)}.`,
    {
      value,
      hint: 'The exchange may have changed its format; a newer version of candlebook may know it.',
    },
  );
}

/** What the exchange writes, and nothing else that `Number` would take: no exponent, sign `+`, hexadecimal or blank. */
const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** A decimal as the exchange states prices and quantities: text. The double nearest to it. */
export function decimal(json: Json | readonly unknown[], name: string | number): number {
  const text = (json as Json)[name];
  if (typeof text === 'string' && DECIMAL.test(text)) {
    const value = Number(text);
    if (Number.isFinite(value)) return value;
  }
  throw invalid(String(name), text);
}

/** An id or count: a JSON number without a fraction. */
export function integer(json: Json | readonly unknown[], name: string | number): number {
  const value = (json as Json)[name];
  if (Number.isSafeInteger(value)) return value as number;
  throw invalid(String(name), value);
}

/** Stamps from 2286 on are microseconds: the exchange sends either unit, and both become epoch ms. */
export const LARGEST_MS = 1e13;

/** A time stamp in ms or µs, as epoch ms. */
export function time(json: Json | readonly unknown[], name: string | number): number {
  const value = integer(json, name);
  return value > LARGEST_MS ? value / 1000 : value;
}

export function text(json: Json, name: string): string {
  const value = json[name];
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(name, value);
}

export function flag(json: Json, name: string): boolean {
  const value = json[name];
  if (typeof value === 'boolean') return value;
  throw invalid(name, value);
}

export function object(value: unknown, name: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw invalid(name, value);
}

export function list(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalid(name, value);
}

/** Order book levels: `["price", "quantity", …]`. */
export function levels(json: Json, name: string): [price: number, quantity: number][] {
  return list(json[name], name).map((level) => {
    const pair = list(level, name);
    return [decimal(pair, 0), decimal(pair, 1)];
  });
}

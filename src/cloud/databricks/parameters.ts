import { CandlebookError } from '../../market/index.ts';

/** A value of a `:name` in a statement; its type follows from it, unless it is stated: `{ value: '1.5', type: 'DECIMAL(18,8)' }`. */
export type StatementParameter =
  | string
  | number
  | bigint
  | boolean
  | Date
  | null
  | { readonly value: string | number | bigint | boolean | null; readonly type: string };

export type StatementParameters = Readonly<Record<string, StatementParameter>>;

/** As the API takes them: texts with types. */
export interface ApiParameter {
  readonly name: string;
  readonly value?: string;
  readonly type: string;
}

/** @throws CandlebookError INPUT_INVALID on a name or a value that can not be passed */
export function apiParameters(parameters: StatementParameters): ApiParameter[] {
  return Object.entries(parameters).map(([name, parameter]) => {
    if (!/^[A-Za-z_]\w*$/.test(name))
      throw unfit(`Parameter ${JSON.stringify(name)} has no name that SQL takes.`, name);
    if (isTyped(parameter)) {
      if (!/^[A-Za-z_]+(\(\d+(,\s*\d+)?\))?$/.test(parameter.type))
        throw unfit(`Parameter ${name} is of type ${JSON.stringify(parameter.type)}.`, parameter.type);
      return { name, type: parameter.type, ...textOf(parameter.value) };
    }
    return { name, type: typeOf(name, parameter), ...textOf(parameter) };
  });
}

function isTyped(parameter: StatementParameter): parameter is Extract<StatementParameter, { type: string }> {
  return typeof parameter === 'object' && parameter !== null && !(parameter instanceof Date);
}

/** Null is a value that is left out. */
function textOf(value: string | number | bigint | boolean | Date | null): { value?: string } {
  if (value === null) return {};
  return { value: value instanceof Date ? value.toISOString() : String(value) };
}

function typeOf(name: string, value: string | number | bigint | boolean | Date | null): string {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw unfit(`Parameter ${name} is no time.`, String(value));
    return 'TIMESTAMP';
  }
  if (typeof value === 'boolean') return 'BOOLEAN';
  if (typeof value === 'bigint') return 'BIGINT';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'BIGINT' : 'DOUBLE';
  return 'STRING';
}

function unfit(message: string, value: unknown): CandlebookError {
  return new CandlebookError('INPUT_INVALID', message, {
    value,
    hint: 'Write { symbol: "BTCUSDT", since: new Date(…) } for :symbol and :since, or { value, type: "DECIMAL(18,8)" }.',
  });
}

import { CandlebookError } from '../../market/index.ts';
import type { SqlValue } from '../../store/index.ts';
import { type Json, listIn, objectIn, textIn } from './answer.ts';

/** A column of a result: its name, its type in full, and how its texts are read. */
export interface ResultColumn {
  readonly name: string;
  /** Such as `DECIMAL(18,8)`. */
  readonly type: string;
  readonly read: (text: string) => SqlValue | undefined;
}

/** The columns that a result's manifest states. */
export function columnsOf(manifest: Json): ResultColumn[] {
  const schema = objectIn(manifest.schema, 'the schema of the result');
  return listIn(schema, 'columns', 'the schema').map((value) => {
    const column = objectIn(value, 'a column of the schema');
    const kind = textIn(column, 'type_name', 'a column');
    // An expression may have no name, and then has an empty one.
    const name = typeof column.name === 'string' ? column.name : textIn(column, 'name', 'a column');
    const type = typeof column.type_text === 'string' ? column.type_text : kind;
    return { name, type, read: READERS[kind] ?? asText };
  });
}

/** One cell: every value comes as its text, null as null. */
export function cellOf({ name, type, read }: ResultColumn, text: unknown): SqlValue {
  if (text === null) return null;
  const value = typeof text === 'string' ? read(text) : undefined;
  if (value !== undefined) return value;
  const shown = JSON.stringify(text)?.slice(0, 80);
  throw new CandlebookError('RESPONSE_INVALID', `Column ${name} is of type ${type} and holds ${shown}.`, {
    value: shown,
    hint: 'Cast the column in the query, such as CAST(… AS STRING), and report this.',
  });
}

const asText = (text: string): SqlValue => text;

function whole(text: string): SqlValue | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

function decimal(text: string): SqlValue | undefined {
  const number = Number(text);
  if (text.trim() !== '' && !Number.isNaN(number)) return number;
  return text === 'NaN' ? Number.NaN : undefined;
}

function truth(text: string): SqlValue | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** Epoch ms with microseconds as the fraction. A time without a zone is taken as UTC. */
function moment(text: string): SqlValue | undefined {
  const [, day, clock, fraction = '', zone = ''] =
    /^(\d{4,}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?\s?(Z|[+-]\d{2}:?\d{2})?$/.exec(text) ?? [];
  const seconds = Date.parse(`${day}T${clock}${zone.replace(/(\d{2})(\d{2})$/, '$1:$2') || 'Z'}`);
  if (Number.isNaN(seconds)) return undefined;
  return seconds + Number(fraction.padEnd(6, '0').slice(0, 6)) / 1_000;
}

function day(text: string): SqlValue | undefined {
  return /^[+-]?\d{4,}-\d{2}-\d{2}$/.test(text) ? text : undefined;
}

function bytes(text: string): SqlValue {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

function nested(text: string): SqlValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By `type_name`; what is not listed (STRING, CHAR, INTERVAL, VARIANT, …) stays its text. */
const READERS: Readonly<Record<string, ResultColumn['read']>> = {
  BOOLEAN: truth,
  BYTE: whole,
  SHORT: whole,
  INT: whole,
  LONG: whole,
  FLOAT: decimal,
  DOUBLE: decimal,
  DECIMAL: decimal,
  DATE: day,
  TIMESTAMP: moment,
  TIMESTAMP_NTZ: moment,
  BINARY: bytes,
  ARRAY: nested,
  MAP: nested,
  STRUCT: nested,
};

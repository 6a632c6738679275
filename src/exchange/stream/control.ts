/** What a control frame may do to its connection. */
export interface Controlled {
  combined: boolean;
  readonly subscriptions: ReadonlySet<string>;
  subscribe(names: readonly string[]): void;
  unsubscribe(names: readonly string[]): void;
}

export interface ControlAnswer {
  readonly text: string;
  readonly refused: boolean;
}

type Id = number | string | null;

class Refused extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const METHODS = ['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS', 'SET_PROPERTY', 'GET_PROPERTY'] as const;
type Method = (typeof METHODS)[number];

const FIELDS = new Set(['method', 'params', 'id']);
/** Streams that a connection may listen to. */
export const MAX_STREAMS = 1024;

/** Carries out a control frame and writes its answer: `{result, id}`, or `{code, msg, id}`. */
export function control(text: string, connection: Controlled): ControlAnswer {
  let id: Id = null;
  try {
    const frame = parse(text);
    id = idOf(frame);
    return { text: JSON.stringify({ result: carryOut(frame, connection), id }), refused: false };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { text: JSON.stringify({ code: error.code, msg: error.message, id }), refused: true };
  }
}

function parse(text: string): Record<string, unknown> {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch (error) {
    const position = Number(/position (\d+)/.exec(String(error))?.[1] ?? text.length);
    const lines = text.slice(0, position).split('\n');
    throw new Refused(
      3,
      `Invalid JSON: expected value at line ${lines.length} column ${lines.at(-1)!.length + 1}`,
    );
  }
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame))
    throw new Refused(2, 'Invalid request: expected an object');
  return frame as Record<string, unknown>;
}

/** An unsigned integer, up to 36 alphanumerics, or null. */
function idOf({ id }: Record<string, unknown>): Id {
  if (id === null || (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0)) return id;
  if (typeof id === 'string' && /^[\w-]{1,36}$/.test(id)) return id;
  throw new Refused(2, 'Invalid request: request ID must be an unsigned integer');
}

function carryOut(frame: Record<string, unknown>, connection: Controlled): unknown {
  const method = methodOf(frame);
  if (Object.keys(frame).some((field) => !FIELDS.has(field)))
    throw new Refused(2, 'Invalid request: too many parameters');
  const { params } = frame;
  switch (method) {
    case 'SUBSCRIBE': {
      const names = streamNames(params);
      if (new Set([...connection.subscriptions, ...names]).size > MAX_STREAMS)
        throw new Refused(2, `Invalid request: more than ${MAX_STREAMS} streams on one connection`);
      connection.subscribe(names);
      return null;
    }
    case 'UNSUBSCRIBE':
      connection.unsubscribe(streamNames(params));
      return null;
    case 'LIST_SUBSCRIPTIONS':
      return [...connection.subscriptions];
    case 'SET_PROPERTY':
      connection.combined = property(params, 2)[1] as boolean;
      return null;
    case 'GET_PROPERTY':
      property(params, 1);
      return connection.combined;
  }
}

function methodOf({ method }: Record<string, unknown>): Method {
  const place = 'at line 1 column 2';
  if (method === undefined) throw new Refused(2, `Invalid request: missing field \`method\` ${place}`);
  if (METHODS.includes(method as Method)) return method as Method;
  const expected = METHODS.map((name) => `\`${name}\``).join(', ');
  throw new Refused(
    2,
    `Invalid request: unknown variant \`${typeof method === 'string' ? method : JSON.stringify(method)}\`, expected one of ${expected} ${place}`,
  );
}

function streamNames(params: unknown): string[] {
  if (!Array.isArray(params)) throw new Refused(2, 'Invalid request: missing field `params`');
  if (!params.every((name) => typeof name === 'string' && name !== '' && !/\s/.test(name)))
    throw new Refused(2, 'Invalid request: invalid stream');
  return params;
}

function property(params: unknown, count: 1 | 2): unknown[] {
  const values = Array.isArray(params) ? params : [];
  if (typeof values[0] !== 'string') throw new Refused(2, 'Invalid request: property name must be a string');
  if (values[0] !== 'combined') throw new Refused(0, 'Unknown property');
  if (values.length > count) throw new Refused(2, 'Invalid request: too many parameters');
  if (count === 2 && typeof values[1] !== 'boolean')
    throw new Refused(1, 'Invalid value type: expected Boolean');
  return values;
}

/** A part of a setting that is not as it has to be: where in the setting, what stands there, what may. */
export class Misfit extends Error {
  /** Within the setting, such as `.rules[1].above`; empty for the setting itself. */
  readonly path: string;
  readonly value: unknown;
  readonly allowed: string;

  constructor(path: string, value: unknown, allowed: string) {
    super(`${path} is not ${allowed}`);
    this.path = path;
    this.value = value;
    this.allowed = allowed;
  }
}

/** Gives the value to use, or throws a `Misfit`. `I` is what may be stated; `input` exists for the compiler alone. */
export interface Shape<T, I = T> {
  (value: unknown, path: string): T;
  readonly input?: I;
}

/** What may be stated where a shape is asked for. */
export type InputOf<S> = S extends Shape<unknown, infer I> ? I : never;

export function number(least: number, most: number, options: { whole?: boolean } = {}): Shape<number> {
  const kind = options.whole ? 'a whole number' : 'a number';
  return (value, path) => {
    const fits = options.whole ? Number.isSafeInteger(value) : Number.isFinite(value);
    if (fits && (value as number) >= least && (value as number) <= most) return value as number;
    throw new Misfit(path, value, `${kind} from ${least} to ${most}`);
  };
}

/** Any finite number. */
export const anyNumber: Shape<number> = (value, path) => {
  if (Number.isFinite(value)) return value as number;
  throw new Misfit(path, value, 'a number');
};

export const flag: Shape<boolean> = (value, path) => {
  if (typeof value === 'boolean') return value;
  throw new Misfit(path, value, 'true or false');
};

export function text(allowed: string, fits: (value: string) => boolean): Shape<string> {
  return (value, path) => {
    if (typeof value === 'string' && fits(value)) return value;
    throw new Misfit(path, value, allowed);
  };
}

export function oneOf<const T extends string | number>(values: readonly T[]): Shape<T> {
  return (value, path) => {
    if (values.includes(value as T)) return value as T;
    throw new Misfit(path, value, values.map((one) => JSON.stringify(one)).join(', '));
  };
}

export function list<T, I>(
  item: Shape<T, I>,
  most: number,
  options: { least?: number } = {},
): Shape<readonly T[], readonly I[]> {
  const { least = 0 } = options;
  return (value, path) => {
    if (!Array.isArray(value) || value.length < least || value.length > most)
      throw new Misfit(path, value, `a list of ${least} to ${most}`);
    return Object.freeze(value.map((one, i) => item(one, `${path}[${i}]`)));
  };
}

/** May be left out. */
export interface Optional<T, I = T> {
  readonly optional: Shape<T, I>;
}

export function optional<T, I>(shape: Shape<T, I>): Optional<T, I> {
  return { optional: shape };
}

/** May be left out, and then has this value. */
export interface Defaulted<T, I = T> {
  readonly shape: Shape<T, I>;
  readonly value: T;
}

export function byDefault<T, I>(shape: Shape<T, I>, value: T): Defaulted<T, I> {
  return { shape, value };
}

type Member = Shape<unknown, unknown> | Optional<unknown, unknown> | Defaulted<unknown, unknown>;

type OptionalKeys<M> = { [K in keyof M]: M[K] extends Optional<unknown, unknown> ? K : never }[keyof M];

/** What an object of these members gives. */
export type Shaped<M> = {
  readonly [K in Exclude<keyof M, OptionalKeys<M>>]: M[K] extends Shape<infer T, unknown>
    ? T
    : M[K] extends Defaulted<infer T, unknown>
      ? T
      : never;
} & { readonly [K in OptionalKeys<M>]?: M[K] extends Optional<infer T, unknown> ? T : never };

/** What may be stated for an object of these members. */
export type ShapedInput<M> = Flat<
  {
    readonly [K in RequiredKeys<M>]: InputOf<M[K]>;
  } & {
    readonly [K in Exclude<keyof M, RequiredKeys<M>>]?: M[K] extends Optional<unknown, infer I>
      ? I
      : M[K] extends Defaulted<unknown, infer I>
        ? I
        : never;
  }
>;

/** As an editor shows it: one object rather than two put together. */
type Flat<T> = { [K in keyof T]: T[K] };

type RequiredKeys<M> = { [K in keyof M]: M[K] extends Shape<unknown, unknown> ? K : never }[keyof M];

/** An object of these members and no others. */
export function object<const M extends Record<string, Member>>(members: M): Shape<Shaped<M>, ShapedInput<M>> {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Misfit(path, value, `an object of ${Object.keys(members).join(', ')}`);
    const given = value as Record<string, unknown>;
    const stranger = Object.keys(given).find((name) => !Object.hasOwn(members, name));
    if (stranger !== undefined)
      throw new Misfit(
        `${path}.${stranger}`,
        given[stranger],
        `a member here: ${Object.keys(members).join(', ')}`,
      );
    const made: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(members)) {
      const at = `${path}.${name}`;
      if (typeof member === 'function') made[name] = member(given[name], at);
      else if ('optional' in member) {
        if (given[name] !== undefined) made[name] = member.optional(given[name], at);
      } else made[name] = given[name] === undefined ? member.value : member.shape(given[name], at);
    }
    return Object.freeze(made) as Shaped<M>;
  };
}

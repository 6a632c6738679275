import { type Interval, isInterval } from '../../market/index.ts';
import type { Instrument } from '../tape/instrument.ts';
import {
  badCombination,
  duplicateParameter,
  duplicateSymbols,
  emptyParameter,
  illegalCharacters,
  invalidData,
  invalidInterval,
  invalidSymbol,
  mandatoryParameter,
  statusMismatch,
  tooManyParameters,
  unreadParameters,
} from './errors.ts';

const SYMBOL_RANGE = '^[\\w\\-._&&[^a-z]]{1,50}$';
const SYMBOL = /^[^\s\p{Ll}"',[\]{}@/\\]{1,50}$/u;
const NUMBER_RANGE = '^[0-9]{1,20}$';
const NUMBER = /^[0-9]{1,20}$/;
/** What a pair may be; every listed one is TRADING. */
export const SYMBOL_STATUSES = ['TRADING', 'HALT', 'BREAK'] as const;
const LIST_RANGE = '^\\[("[\\w\\-._&&[^a-z]]{1,50}"(,"[\\w\\-._&&[^a-z]]{1,50}"){0,}){0,1}\\]$';

/** The parameters of one request, read by name; what was sent but never read is an error, as on the exchange. */
export class Parameters {
  readonly #values = new Map<string, string>();
  readonly #read = new Set<string>();
  readonly #instruments: ReadonlyMap<string, Instrument>;

  constructor(query: URLSearchParams, instruments: ReadonlyMap<string, Instrument>) {
    this.#instruments = instruments;
    for (const [name, value] of query) {
      if (this.#values.has(name)) throw duplicateParameter();
      this.#values.set(name, value);
    }
  }

  /** To be called when the endpoint has read all that it knows. */
  end(): void {
    const unread = [...this.#values.keys()].filter((name) => !this.#read.has(name));
    if (unread.length === 0) return;
    throw this.#read.size === 0
      ? tooManyParameters(0, this.#values.size)
      : unreadParameters(this.#values.size - unread.length, this.#values.size);
  }

  text(name: string): string | undefined {
    this.#read.add(name);
    const value = this.#values.get(name);
    if (value === '') throw emptyParameter(name);
    return value;
  }

  /** A whole number, not negative. */
  number(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!NUMBER.test(value)) throw illegalCharacters(name, NUMBER_RANGE);
    return Number(value);
  }

  /** How many rows; more than the maximum means the maximum. */
  limit(usual: number, maximum: number): number {
    const value = this.number('limit') ?? usual;
    if (value === 0) throw invalidData('limit');
    return Math.min(value, maximum);
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], usual: T): T {
    const value = this.text(name) ?? usual;
    if (!allowed.includes(value as T)) throw invalidData(name);
    return value as T;
  }

  /** Offset of `timeZone` in ms, 0 by default. */
  timeZone(): number {
    return timeZoneOffset(this.text('timeZone') ?? '0');
  }

  interval(): Interval {
    const value = this.text('interval');
    if (value === undefined) throw mandatoryParameter('interval');
    if (!isInterval(value)) throw invalidInterval();
    return value;
  }

  symbol(): string {
    const symbol = this.#optionalSymbol();
    if (symbol === undefined) throw mandatoryParameter('symbol');
    return symbol;
  }

  /** `symbol` or `symbols`, never both. */
  symbols(): { readonly symbols: readonly string[]; readonly single: boolean } | undefined {
    const one = this.#optionalSymbol();
    const many = this.text('symbols');
    if (one !== undefined && many !== undefined) throw badCombination('symbol or symbols, not both');
    if (one !== undefined) return { symbols: [one], single: true };
    if (many === undefined) return undefined;
    return { symbols: this.#symbolList(many), single: false };
  }

  /** `symbol` or `symbols` of a `symbolStatus`: a pair of another status is refused, of several it is left out. */
  symbolsOfStatus(): ReturnType<Parameters['symbols']> {
    const asked = this.symbols();
    if (this.oneOf('symbolStatus', SYMBOL_STATUSES, 'TRADING') === 'TRADING') return asked;
    if (asked?.single) throw statusMismatch();
    return { symbols: [], single: false };
  }

  #optionalSymbol(): string | undefined {
    const symbol = this.text('symbol');
    if (symbol === undefined) return undefined;
    if (!SYMBOL.test(symbol)) throw illegalCharacters('symbol', SYMBOL_RANGE);
    if (!this.#instruments.has(symbol)) throw invalidSymbol();
    return symbol;
  }

  #symbolList(text: string): string[] {
    const symbols = parseList(text);
    if (!symbols?.every((symbol) => SYMBOL.test(symbol))) throw illegalCharacters('symbols', LIST_RANGE);
    if (symbols.length === 0) throw mandatoryParameter('symbols');
    if (new Set(symbols).size < symbols.length) throw duplicateSymbols();
    if (!symbols.every((symbol) => this.#instruments.has(symbol))) throw invalidSymbol();
    return symbols;
  }
}

function parseList(text: string): string[] | undefined {
  // Blanks between the names are no part of the exchange's own form.
  if (/\s/.test(text)) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}

/** `5`, `-1:00`, `05:45`: from -12:00 to +14:00. In ms. */
function timeZoneOffset(text: string): number {
  const parts = /^([+-]?)(\d{1,2})(?::(\d{2}))?$/.exec(text.trim());
  if (!parts) throw invalidData('timeZone');
  const minutes = Number(parts[2]) * 60 + Number(parts[3] ?? 0);
  const offset = parts[1] === '-' ? -minutes : minutes;
  if (offset < -12 * 60 || offset > 14 * 60) throw invalidData('timeZone');
  return offset * 60_000;
}

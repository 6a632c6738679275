import { LARGEST_MS } from '../fields.ts';

/** Powers of ten that a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Digits whose integer a double holds exactly, and 32 bits hold, whatever they are. */
const EXACT_DIGITS = 15;
const HALF = 9;
/** A stamp in µs. */
const LONGEST_INTEGER = 16;
const COMMA = 0x2c;
const COLON = 0x3a;
const QUOTE = 0x22;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
const FIRST_BEYOND_ASCII = 0x80;
/** Slots for symbols that were seen; a power of two. */
const SLOTS = 4096;

interface Name {
  /** With the closing quote. */
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Bytes of ASCII text. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/**
 * Reads the bytes of a frame from left to right, expecting exactly what the exchange writes. What is anything else
 * sets `failed`, and what was read is then worthless: the plain parser is to decide about the frame.
 */
export class Scanner {
  failed = false;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;
  /** Symbols by the hash of their bytes, so that the same text object serves every frame. */
  readonly #names: (Name | undefined)[] = new Array(SLOTS).fill(undefined);

  /**
   * @param end of the frame. Reading may run into what follows, which is no part of any value: such a frame fails,
   *   since it does not end where it should.
   */
  start(bytes: Buffer, begin: number, end: number): void {
    this.#bytes = bytes;
    this.#at = begin;
    this.#end = end;
    this.failed = false;
  }

  get ended(): boolean {
    return this.#at === this.#end;
  }

  /** Moves over `literal` if it comes next. */
  tries(literal: Uint8Array): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    const { length } = literal;
    if (at + length > this.#end) return false;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== literal[i]) return false;
    this.#at = at + length;
    return true;
  }

  literal(literal: Uint8Array): void {
    if (!this.tries(literal)) this.failed = true;
  }

  /** Moves over text and its closing quote: printable ASCII without escapes. */
  text(): void {
    const bytes = this.#bytes;
    for (let at = this.#at; at < this.#end; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        this.#at = at + 1;
        return;
      }
      if (byte < FIRST_PRINTABLE || byte >= FIRST_BEYOND_ASCII || byte === BACKSLASH) break;
    }
    this.failed = true;
  }

  /** Text as `text()` moves over it, not empty, as a string that is made once. */
  #name(): string {
    const bytes = this.#bytes;
    const begin = this.#at;
    let hash = 0;
    for (let at = begin; at < this.#end && bytes[at] !== QUOTE; at++) hash = (hash * 31 + bytes[at]!) | 0;
    const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
    const known = this.#names[slot];
    if (known && this.tries(known.bytes)) return known.text;
    this.text();
    if (this.failed || this.#at === begin + 1) {
      this.failed = true;
      return '';
    }
    const own = bytes.slice(begin, this.#at);
    const text = String.fromCharCode(...own.subarray(0, -1));
    this.#names[slot] = { bytes: own, text };
    return text;
  }

  /** A key of one letter, `,"t":`, and its value: a JSON integer. */
  integer(key: string): number {
    this.#key(key);
    return this.#integer();
  }

  /** A key and a time stamp in ms or µs, as epoch ms. */
  time(key: string): number {
    this.#key(key);
    return this.plainTime();
  }

  /** A time stamp alone. */
  plainTime(): number {
    const value = this.#integer();
    return value > LARGEST_MS ? value / 1000 : value;
  }

  /** An integer alone. */
  plainInteger(): number {
    return this.#integer();
  }

  /** A key and its value in quotes: a decimal. */
  decimal(key: string): number {
    this.#textKey(key);
    return this.plainDecimal();
  }

  /** A key and its value: `true` or `false`. */
  flag(key: string): boolean {
    this.#key(key);
    if (this.tries(TRUE)) return true;
    this.literal(FALSE);
    return false;
  }

  /** A key and its text, as a string that is made once. */
  named(key: string): string {
    this.#textKey(key);
    return this.#name();
  }

  /** Moves over a key and its text. */
  skip(key: string): void {
    this.#textKey(key);
    this.text();
  }

  #key(key: string): void {
    const bytes = this.#bytes;
    const at = this.#at;
    if (
      at + 5 > this.#end ||
      bytes[at] !== COMMA ||
      bytes[at + 1] !== QUOTE ||
      bytes[at + 2] !== key.charCodeAt(0) ||
      bytes[at + 3] !== QUOTE ||
      bytes[at + 4] !== COLON
    )
      this.failed = true;
    this.#at = at + 5;
  }

  #textKey(key: string): void {
    this.#key(key);
    if (this.#bytes[this.#at++] !== QUOTE) this.failed = true;
  }

  #integer(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    const begin = at;
    const middle = at + HALF;
    let value = 0;
    let digit = bytes[at]! - ZERO;
    for (; digit >= 0 && digit <= 9 && at < middle; digit = bytes[++at]! - ZERO)
      value = Math.imul(value, 10) + digit;
    if (at === middle && digit >= 0 && digit <= 9) {
      let low = 0;
      for (; digit >= 0 && digit <= 9 && at < begin + LONGEST_INTEGER; digit = bytes[++at]! - ZERO)
        low = Math.imul(low, 10) + digit;
      value = value * POWERS[at - middle]! + low;
    }
    // A digit more is no end of a value, so that what follows fails.
    const zeroFirst = bytes[begin] === ZERO && at > begin + 1;
    if (at === begin || zeroFirst || value > Number.MAX_SAFE_INTEGER) this.failed = true;
    this.#at = at;
    return negative ? -value : value;
  }

  /**
   * A decimal and its closing quote. The digits as an integer divided by a power of ten, both exact, give the double
   * that `Number` gives for the text; longer ones are left to it.
   */
  plainDecimal(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    const begin = at;
    let whole = 0;
    let digit = bytes[at]! - ZERO;
    for (; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) whole = Math.imul(whole, 10) + digit;
    const digits = at - begin;
    let fraction = 0;
    let decimals = 0;
    if (bytes[at] === POINT) {
      const first = ++at;
      for (digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO)
        fraction = Math.imul(fraction, 10) + digit;
      decimals = at - first;
      if (decimals === 0) this.failed = true;
    }
    if (digits === 0 || bytes[at] !== QUOTE) this.failed = true;
    this.#at = at + 1;
    if (digits > HALF || decimals > HALF || digits + decimals > EXACT_DIGITS)
      return this.#long(negative ? begin - 1 : begin, at);
    const number = decimals === 0 ? whole : (whole * POWERS[decimals]! + fraction) / POWERS[decimals]!;
    return negative ? -number : number;
  }

  #long(begin: number, end: number): number {
    if (this.failed) return 0;
    const value = Number(this.#bytes.toString('latin1', begin, end));
    if (!Number.isFinite(value)) this.failed = true;
    return value;
  }
}

const TRUE = bytesOf('true');
const FALSE = bytesOf('false');

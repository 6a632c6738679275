import { LARGEST_MS } from '../fields.ts';

/** Powers of ten that a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Digits whose integer a double holds exactly, and 32 bits hold, whatever they are. */
const EXACT_DIGITS = 15;
const HALF = 9;
const COLON = 0x3a;
const QUOTE = 0x22;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
/** `,"_"` and `_":"` around the letter of a key, as words. */
const BEFORE_KEY = 0x22_00_22_2c;
const AFTER_KEY = 0x22_3a_22_00;
/** Slots for symbols that were seen; a power of two. */
const SLOTS = 4096;
/** Longer frames are left to the plain parser. */
const LONGEST_FRAME = 1 << 20;
/** How far reading may run on behind the end of a frame that breaks off. */
const BEYOND = 4096;

/*
 * A frame is copied to this place, from where four bytes can be read at once at any address: that takes a few ns, and
 * a view of the frame where it came would take more. Functions are short, and private by type alone, since the engine
 * takes them in up to a number of bytecodes: calls that are left over take as long as the reading.
 */
const frame = Buffer.from(new ArrayBuffer(LONGEST_FRAME + BEYOND));
const view = new DataView(frame.buffer);

/** Bytes of what a text may be made of: printable ASCII but quote and backslash. */
const PLAIN = Uint8Array.from(
  { length: 256 },
  (_, byte) => +(byte >= 0x20 && byte < 0x80 && byte !== QUOTE && byte !== 0x5c),
);

/** Text that is expected as it stands, in words; the last one's bytes beyond its end are zero, and masked. */
export class Literal {
  readonly length: number;
  readonly words: Int32Array;
  readonly mask: number;

  constructor(ascii: string) {
    const { length } = ascii;
    this.length = length;
    this.words = new Int32Array(Math.ceil(length / 4));
    for (let i = 0; i < length; i++) this.words[i >> 2]! |= ascii.charCodeAt(i) << (8 * (i & 3));
    this.mask = (-1 >>> (8 * (this.words.length * 4 - length))) | 0;
  }
}

interface Name {
  /** With the colon and the quote before it and the quote after it. */
  readonly quoted: Literal;
  readonly text: string;
}

/**
 * Reads the bytes of a frame from left to right, expecting exactly what the exchange writes. What is anything else
 * sets `failed`, and what was read is then worthless: the plain parser is to decide about the frame.
 */
export class Scanner {
  failed = false;
  private at = 0;
  private end = 0;
  /** What was read last. In a field, where it needs no memory of its own: a result of a call would. */
  private number = 0.5;
  /** Symbols by the hash of their bytes, so that the same text object serves every frame. */
  private readonly names: (Name | undefined)[] = new Array(SLOTS).fill(undefined);

  /**
   * @param end of the frame. Reading may run on behind it, into what an earlier frame has left there: such a frame
   *   fails, since it does not end where it should.
   */
  start(bytes: Buffer, begin: number, end: number): void {
    this.failed = end - begin > LONGEST_FRAME;
    this.at = 0;
    this.end = this.failed ? 0 : end - begin;
    bytes.copy(frame, 0, begin, begin + this.end);
  }

  get ended(): boolean {
    return this.at === this.end;
  }

  /** Moves over `literal` if it comes next. */
  tries(literal: Literal): boolean {
    const { words, mask, length } = literal;
    const last = words.length - 1;
    let at = this.at;
    for (let i = 0; i < last; i++, at += 4) if (view.getInt32(at, true) !== words[i]) return false;
    if ((view.getInt32(at, true) & mask) !== words[last]) return false;
    this.at += length;
    return true;
  }

  literal(literal: Literal): void {
    if (!this.tries(literal)) this.failed = true;
  }

  /** Moves over text and its closing quote: printable ASCII without escapes. */
  text(): void {
    let at = this.at;
    while (at < this.end && PLAIN[frame[at]!] === 1) at++;
    if (frame[at] !== QUOTE) this.failed = true;
    this.at = at + 1;
  }

  /** Text as `text()` moves over it, not empty, as a string that is made once. */
  private name(): string {
    const begin = this.at;
    this.text();
    const end = this.at - 1;
    const hash =
      Math.imul(view.getInt32(begin, true), 31) + Math.imul(view.getInt32(end - 4, true), 0x9e3779b1);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.names[slot];
    if (known === undefined) return this.newName(slot, begin, end);
    this.at = begin - 2;
    return this.tries(known.quoted) ? known.text : this.newName(slot, begin, end);
  }

  private newName(slot: number, begin: number, end: number): string {
    this.at = end + 1;
    if (end === begin) this.failed = true;
    if (this.failed) return '';
    const name = frame.toString('latin1', begin, end);
    this.names[slot] = { quoted: new Literal(`:"${name}"`), text: name };
    return name;
  }

  /** A key of one letter, `,"t":`, and its value: a JSON integer. */
  integer(key: string): number {
    this.key(key);
    this.readInteger();
    return this.number;
  }

  /** A key and a time stamp in ms or µs, as epoch ms. */
  time(key: string): number {
    this.key(key);
    return this.plainTime();
  }

  /** A time stamp alone. */
  plainTime(): number {
    this.readInteger();
    return this.number > LARGEST_MS ? this.number / 1000 : this.number;
  }

  /** An integer alone. */
  plainInteger(): number {
    this.readInteger();
    return this.number;
  }

  /** A key and its value in quotes: a decimal. */
  decimal(key: string): number {
    this.textKey(key);
    return this.plainDecimal();
  }

  /** A key and its value: `true` or `false`. */
  flag(key: string): boolean {
    this.key(key);
    if (this.tries(TRUE)) return true;
    this.literal(FALSE);
    return false;
  }

  /** A key and its text, as a string that is made once. */
  named(key: string): string {
    this.textKey(key);
    return this.name();
  }

  /** Moves over a key and its text. */
  skip(key: string): void {
    this.textKey(key);
    this.text();
  }

  private key(key: string): void {
    const at = this.at;
    if (view.getInt32(at, true) !== (BEFORE_KEY | (key.charCodeAt(0) << 16)) || frame[at + 4] !== COLON)
      this.failed = true;
    this.at = at + 5;
  }

  private textKey(key: string): void {
    const at = this.at;
    const letter = key.charCodeAt(0);
    if (
      view.getInt32(at, true) !== (BEFORE_KEY | (letter << 16)) ||
      view.getInt32(at + 2, true) !== (AFTER_KEY | letter)
    )
      this.failed = true;
    this.at = at + 6;
  }

  private readInteger(): void {
    let at = this.at;
    const negative = frame[at] === MINUS;
    if (negative) at++;
    const begin = at;
    let value = eightDigits(at);
    if (value < 0) value = 0;
    else at += 8;
    const middle = at;
    let low = fourDigits(at);
    if (low < 0) low = 0;
    else at += 4;
    const most = middle + 8;
    for (let digit = frame[at]! - ZERO; digit >= 0 && digit <= 9 && at < most; digit = frame[++at]! - ZERO)
      low = Math.imul(low, 10) + digit;
    value = value * POWERS[at - middle]! + low;
    // A digit more is no end of a value, so that what follows fails.
    const zeroFirst = frame[begin] === ZERO && at > begin + 1;
    if (at === begin || zeroFirst || value > Number.MAX_SAFE_INTEGER) this.failed = true;
    this.at = at;
    this.number = negative ? -value : value;
  }

  /**
   * A decimal and its closing quote. The digits as an integer divided by a power of ten, both exact, give the double
   * that `Number` gives for the text; longer ones are left to it.
   */
  plainDecimal(): number {
    this.readDecimal();
    return this.number;
  }

  private readDecimal(): void {
    let at = this.at;
    const negative = frame[at] === MINUS;
    if (negative) at++;
    const begin = at;
    let whole = 0;
    let digit = frame[at]! - ZERO;
    for (; digit >= 0 && digit <= 9 && at < this.end; digit = frame[++at]! - ZERO)
      whole = Math.imul(whole, 10) + digit;
    const digits = at - begin;
    let fraction = 0;
    let decimals = 0;
    if (frame[at] === POINT) {
      const first = ++at;
      fraction = eightDigits(at);
      if (fraction < 0) fraction = 0;
      else at += 8;
      for (digit = frame[at]! - ZERO; digit >= 0 && digit <= 9 && at < this.end; digit = frame[++at]! - ZERO)
        fraction = Math.imul(fraction, 10) + digit;
      decimals = at - first;
      if (decimals === 0) this.failed = true;
    }
    if (digits === 0 || frame[at] !== QUOTE) this.failed = true;
    this.at = at + 1;
    if (digits > HALF || decimals > HALF || digits + decimals > EXACT_DIGITS) {
      this.number = this.long(negative ? begin - 1 : begin, at);
      return;
    }
    const number = decimals === 0 ? whole : (whole * POWERS[decimals]! + fraction) / POWERS[decimals]!;
    this.number = negative ? -number : number;
  }

  private long(begin: number, end: number): number {
    if (this.failed) return 0;
    const value = Number(frame.toString('latin1', begin, end));
    if (!Number.isFinite(value)) this.failed = true;
    return value;
  }
}

/** The number that the four bytes at `at` state; negative where they are not all digits. */
function fourDigits(at: number): number {
  const digits = view.getInt32(at, true) ^ 0x30303030;
  // Bytes of 0 to 9 stay below 16 with 6 added, others do not.
  if (((digits | (digits + 0x06060606)) & 0xf0f0f0f0) !== 0) return -1;
  const pairs = digits * 10 + (digits >>> 8);
  return (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff);
}

/** The same of eight. */
function eightDigits(at: number): number {
  const high = fourDigits(at);
  const low = fourDigits(at + 4);
  return (high | low) < 0 ? -1 : high * 10_000 + low;
}

const TRUE = new Literal('true');
const FALSE = new Literal('false');

/** What becomes of the bytes of a connection. */
export interface SplitterHandlers {
  /** A whole text message: the bytes from `begin` to `end`. */
  text(bytes: Buffer, begin: number, end: number): void;
  /** Bytes of frames of any other kind, in order. */
  other(bytes: Buffer): void;
}

/** First byte of a text message in one frame (RFC 6455, 5.2): the last of its message, nothing reserved, text. */
const TEXT = 0x81;
const LAST = 0x80;
const OPCODE = 0x0f;
const FIRST_CONTROL = 0x08;
const MASKED = 0x80;
const LENGTH = 0x7f;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/**
 * Finds the text messages among the bytes of a WebSocket connection where they lie, without a copy or an object for
 * any of them. That is all that an exchange sends by the thousand; every other frame, and text beyond 64 KiB or in
 * fragments, is left to the library, in whose hands the protocol is.
 */
export class FrameSplitter {
  readonly #handlers: SplitterHandlers;
  /** The beginning of a frame whose end has not come: at most 64 KiB. */
  #tail: Buffer | undefined;
  /** Bytes of the present frame that are still to be handed on. */
  #passing = 0;
  /** Inside a message of several frames: what belongs to it is not ours to judge. */
  #fragmented = false;

  constructor(handlers: SplitterHandlers) {
    this.#handlers = handlers;
  }

  take(chunk: Buffer): void {
    const bytes = this.#tail ? Buffer.concat([this.#tail, chunk]) : chunk;
    this.#tail = undefined;
    const { length } = bytes;
    let at = 0;
    while (at < length) {
      if (this.#passing > 0) {
        const end = Math.min(length, at + this.#passing);
        this.#passing -= end - at;
        this.#handlers.other(bytes.subarray(at, end));
        at = end;
        continue;
      }
      const begin = at + headerLength(bytes, at);
      if (begin > length) break;
      const size = payloadLength(bytes, at);
      if (bytes[at] === TEXT && bytes[at + 1]! < LENGTH_64 && !this.#fragmented) {
        if (begin + size > length) break;
        at = begin + size;
        this.#handlers.text(bytes, begin, at);
      } else {
        const first = bytes[at]!;
        if ((first & OPCODE) < FIRST_CONTROL) this.#fragmented = (first & LAST) === 0;
        this.#passing = begin - at + size;
      }
    }
    if (at < length) this.#tail = bytes.subarray(at);
  }
}

/** Of the frame that begins at `at`; beyond the bytes where not all of it has come. */
function headerLength(bytes: Buffer, at: number): number {
  if (at + 1 >= bytes.length) return 2;
  const second = bytes[at + 1]!;
  const size = second & LENGTH;
  const extended = size === LENGTH_16 ? 2 : size === LENGTH_64 ? 8 : 0;
  return 2 + extended + (second & MASKED ? 4 : 0);
}

function payloadLength(bytes: Buffer, at: number): number {
  const size = bytes[at + 1]! & LENGTH;
  if (size === LENGTH_16) return (bytes[at + 2]! << 8) | bytes[at + 3]!;
  if (size === LENGTH_64) return bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
  return size;
}

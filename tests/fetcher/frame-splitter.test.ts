import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameSplitter } from '../../src/fetcher/stream/frame-splitter.ts';

interface Frame {
  readonly first: number;
  readonly payload: Buffer;
  readonly masked: boolean;
}

function bytesOf({ first, payload, masked }: Frame): Buffer {
  const { length } = payload;
  const mask = masked ? 0x80 : 0;
  const header =
    length < 126
      ? Buffer.from([first, mask | length])
      : length < 65_536
        ? Buffer.from([first, mask | 126, length >> 8, length & 255])
        : Buffer.from([first, mask | 127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255]);
  return Buffer.concat([header, masked ? Buffer.alloc(4, 7) : Buffer.alloc(0), payload]);
}

const LENGTHS = fc.oneof(
  { weight: 8, arbitrary: fc.nat(200) },
  fc.constantFrom(0, 125, 126, 127, 65_535, 65_536, 70_000),
);
const whole = fc
  .tuple(fc.constantFrom(0x81, 0x81, 0x81, 0x82, 0x89, 0x8a, 0xc1), LENGTHS, fc.nat(255), fc.nat(9))
  .map(([first, length, fill, dice]): Frame[] => [
    { first, payload: Buffer.alloc(length, fill), masked: dice === 0 },
  ]);
/** A message in pieces, with a ping between them. */
const pieces = fc.tuple(fc.nat(50), fc.nat(50)).map(([a, b]): Frame[] => [
  { first: 0x01, payload: Buffer.alloc(a, 1), masked: false },
  { first: 0x89, payload: Buffer.from('ping'), masked: false },
  { first: 0x80, payload: Buffer.alloc(b, 2), masked: false },
]);
const conversation = fc
  .array(fc.oneof({ weight: 5, arbitrary: whole }, pieces), { maxLength: 20 })
  .map((parts) => parts.flat());

test('every plain text message is found, and all other bytes are handed on, however the line cuts them', () => {
  fc.assert(
    fc.property(
      conversation,
      fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }),
      (frames, cuts) => {
        const texts: string[] = [];
        const others: Buffer[] = [];
        const splitter = new FrameSplitter({
          text: (bytes, begin, end) => texts.push(bytes.toString('latin1', begin, end)),
          other: (bytes) => others.push(Buffer.from(bytes)),
        });
        const stream = Buffer.concat(frames.map(bytesOf));
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = cuts[i % cuts.length]!;
          splitter.take(stream.subarray(at, at + size));
          at += size;
        }
        const isPlain = ({ first, payload, masked }: Frame) =>
          first === 0x81 && !masked && payload.length < 65_536;
        expect(texts).toEqual(frames.filter(isPlain).map(({ payload }) => payload.toString('latin1')));
        const rest = Buffer.concat(frames.filter((frame) => !isPlain(frame)).map(bytesOf));
        expect(Buffer.concat(others).equals(rest)).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

test('text in the middle of a message of several frames is the library’s to refuse', () => {
  const texts: string[] = [];
  const others: Buffer[] = [];
  const splitter = new FrameSplitter({
    text: (bytes, begin, end) => texts.push(bytes.toString('latin1', begin, end)),
    other: (bytes) => others.push(bytes),
  });
  const begun = bytesOf({ first: 0x01, payload: Buffer.from('half'), masked: false });
  const intruder = bytesOf({ first: 0x81, payload: Buffer.from('whole'), masked: false });
  splitter.take(Buffer.concat([begun, intruder]));
  expect(texts).toEqual([]);
  expect(Buffer.concat(others).equals(Buffer.concat([begun, intruder]))).toBe(true);
});

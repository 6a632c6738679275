import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanFrame } from '../../src/fetcher/wire/fast.ts';
import { parseFrame, readFrame } from '../../src/fetcher/wire/index.ts';
import { FRAMES } from '../fixtures/frames.ts';
import { mutated } from '../fixtures/mutation.ts';
import { sharedDataPath, testWithSharedData } from '../fixtures/shared-data.ts';

describe('the fast reader follows the exchange’s way of writing', () => {
  test.each(Object.entries(FRAMES))('%s: the same event as the plain parser’s', (_kind, frame) => {
    const event = scanFrame(Buffer.from(frame));
    expect(event).toBeDefined();
    expect(event).toEqual(parseFrame(frame));
    const raw = /^\{"stream":"[^"]*","data":(.*)\}$/.exec(frame)?.[1];
    if (raw) expect(scanFrame(Buffer.from(raw))).toEqual(event);
  });

  test('a text that it was not made for is left to the plain parser, and read all the same', () => {
    const spaced = FRAMES.trade.replaceAll(',', ', ');
    expect(scanFrame(Buffer.from(spaced))).toBeUndefined();
    expect(readFrame(Buffer.from(spaced))).toEqual(parseFrame(FRAMES.trade));
    const further = FRAMES.trade.replace('"M":true', '"M":true,"new":1');
    expect(readFrame(Buffer.from(further))).toEqual(parseFrame(FRAMES.trade));
  });

  test('a frame that breaks off is not completed with what an earlier one has left', () => {
    for (const frame of Object.values(FRAMES)) {
      for (let length = 0; length < frame.length; length++) {
        expect(scanFrame(Buffer.from(frame))).toBeDefined();
        expect(scanFrame(Buffer.from(frame), 0, length)).toBeUndefined();
      }
    }
  });

  test('a frame is read where it stands among others', () => {
    const { trade, bookTicker } = FRAMES;
    const bytes = Buffer.from(`${bookTicker}${trade}${bookTicker}`);
    const begin = bookTicker.length;
    expect(scanFrame(bytes, begin, begin + trade.length)).toEqual(parseFrame(trade));
  });

  test('a frame of megabytes is left to the plain parser', () => {
    const levels = Array.from({ length: 60_000 }, (_, i) => `["${60_000 + i}.25000000","1.50000000"]`).join();
    const frame = `{"e":"depthUpdate","E":1723161255343,"s":"BTCUSDT","U":1,"u":2,"b":[${levels}],"a":[]}`;
    expect(scanFrame(Buffer.from(frame))).toBeUndefined();
    expect(readFrame(Buffer.from(frame))).toEqual(parseFrame(frame));
    expect(readFrame(Buffer.from(FRAMES.trade))).toEqual(parseFrame(FRAMES.trade));
  });

  test('symbols of other alphabets, and bytes that are no text', () => {
    const frame = FRAMES.trade.replaceAll('BTCUSDT', '币安人生USDT').replaceAll('btcusdt', '币安人生usdt');
    expect(readFrame(Buffer.from(frame))).toMatchObject({ symbol: '币安人生USDT' });
    const broken = Buffer.from(FRAMES.trade);
    broken[broken.indexOf('BTCUSDT')] = 0xff;
    expect(() => readFrame(broken)).toThrowError(
      expect.objectContaining({ code: 'RESPONSE_INVALID', message: expect.stringContaining('not UTF-8') }),
    );
  });

  test('the exchange’s own text is kept where asked', () => {
    expect(readFrame(Buffer.from(FRAMES.trade), true)).toEqual({
      ...parseFrame(FRAMES.trade),
      text: { price: '61837.63000000', quantity: '0.02000000' },
    });
  });
});

describe('no wrong number', () => {
  const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`));
  const decimals = fc
    .tuple(fc.boolean(), digits(20), fc.option(digits(20), { nil: undefined }))
    .map(
      ([minus, whole, fraction]) =>
        `${minus ? '-' : ''}${whole}${fraction === undefined ? '' : `.${fraction}`}`,
    );

  test('any decimal is the double that Number gives', () => {
    fc.assert(
      fc.property(decimals, (text) => {
        const frame = Buffer.from(FRAMES.trade.replace('61837.63000000', text));
        expect((scanFrame(frame) as { price: number }).price).toBe(Number(text));
      }),
      { numRuns: 20_000 },
    );
  });

  test('prices and quantities of up to 15 digits come back unchanged', () => {
    const exact = fc
      .tuple(fc.integer({ min: 0, max: 9_999_999 }), fc.integer({ min: 0, max: 99_999_999 }))
      .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(8, '0')}`);
    fc.assert(
      fc.property(exact, (text) => {
        const frame = Buffer.from(FRAMES.trade.replace('0.02000000', text));
        expect((readFrame(frame) as { quantity: number }).quantity.toFixed(8)).toBe(text);
      }),
      { numRuns: 5_000 },
    );
  });

  test('whatever becomes of a frame, both readers agree or the fast one abstains', () => {
    fc.assert(
      fc.property(mutated(Object.values(FRAMES)), (bytes) => {
        const event = scanFrame(bytes);
        if (event) expect(event).toEqual(parseFrame(bytes.toString()));
      }),
      { numRuns: 20_000 },
    );
  });
});

const FILES = [
  'btcusdt_20240808.gz',
  'ethusdt_20240808.gz',
  'btcusdt_20240809.gz',
  'ethusdt_20240809.gz',
].map((file) => `capture-2024-08/${file}`);
testWithSharedData('every recorded frame: read by the fast reader, the same as the plain one', FILES, () => {
  for (const file of FILES) {
    let scanned = 0;
    for (const line of gunzipSync(readFileSync(sharedDataPath(file)))
      .toString()
      .split('\n')) {
      const text = line.slice(line.indexOf(' ') + 1);
      if (!text.includes('"stream"')) continue;
      const event = scanFrame(Buffer.from(text));
      expect(event).toBeDefined();
      scanned++;
      // Every tenth in full: comparing costs more than reading.
      if (scanned % 10 === 0) expect(event).toEqual(parseFrame(text));
    }
    expect(scanned).toBeGreaterThan(20_000);
  }
});

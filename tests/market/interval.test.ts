import { describe, expect, test } from 'vitest';
import {
  type CandlebookError,
  intervalLength,
  nextOpenTime,
  openTimeOf,
  parseInterval,
} from '../../src/market/index.ts';

const utc = (text: string): number => Date.parse(`${text}Z`);

describe('open times follow the exchange’s UTC boundaries', () => {
  test.each([
    ['1s', '2026-11-24T08:15:33.750', '2026-11-24T08:15:33', '2026-11-24T08:15:34'],
    ['1m', '2026-11-24T08:15:33', '2026-11-24T08:15:00', '2026-11-24T08:16:00'],
    ['15m', '2026-11-24T08:29:59.999', '2026-11-24T08:15:00', '2026-11-24T08:30:00'],
    ['8h', '2026-11-24T07:59:00', '2026-11-24T00:00:00', '2026-11-24T08:00:00'],
    ['1d', '2026-11-24T23:59:59.999', '2026-11-24T00:00:00', '2026-11-25T00:00:00'],
    ['1w', '2026-11-29T23:00:00', '2026-11-23T00:00:00', '2026-11-30T00:00:00'],
    ['1M', '2026-12-31T23:59:59', '2026-12-01T00:00:00', '2027-01-01T00:00:00'],
  ] as const)('%s', (interval, time, open, next) => {
    expect(openTimeOf(utc(time), interval)).toBe(utc(open));
    expect(nextOpenTime(utc(open), interval)).toBe(utc(next));
    expect(openTimeOf(utc(next), interval)).toBe(utc(next));
  });

  test('a month has no fixed length, a week has', () => {
    expect(intervalLength('1M')).toBeUndefined();
    expect(intervalLength('1w')).toBe(7 * 86_400_000);
  });
});

test('a minute and a month are not confused, and a refusal says so', () => {
  expect(parseInterval('1M')).toBe('1M');
  expect(() => parseInterval('1MIN')).toThrowError(
    expect.objectContaining({
      code: 'INPUT_INVALID',
      value: '1MIN',
      message: expect.stringContaining('1m is a minute, 1M a calendar month'),
    } satisfies Partial<CandlebookError>),
  );
});

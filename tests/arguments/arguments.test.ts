import { describe, expect, test } from 'vitest';
import { asDuration, asPairs, asTime, asUrl, wholeNumber } from '../../src/arguments/index.ts';

describe('a time', () => {
  test.each([
    ['2026', Date.UTC(2026, 0, 1)],
    ['2026-11', Date.UTC(2026, 10, 1)],
    ['2026-11-24', Date.UTC(2026, 10, 24)],
    ['2026-11-24T09:30', Date.UTC(2026, 10, 24, 9, 30)],
    ['2026-11-24 09:30:15.5', Date.UTC(2026, 10, 24, 9, 30, 15, 500)],
    ['2026-11-24T09:30Z', Date.UTC(2026, 10, 24, 9, 30)],
    ['2026-11-24T09:30+02:00', Date.UTC(2026, 10, 24, 7, 30)],
    ['1795512600000', 1_795_512_600_000],
  ])('%s is UTC where it says nothing else', (text, time) => expect(asTime(text)).toBe(time));

  test.each(['', '12', 'foo 1', '24.11.2026', '2026-13-01', '2026-02-31', '2026-11-24T25:00', 'yesterday'])(
    '%j is refused rather than guessed at',
    (text) => expect(() => asTime(text)).toThrow(/ISO 8601/),
  );
});

test.each([
  ['30s', 30_000],
  ['1.5m', 90_000],
  ['720h', 2_592_000_000],
])('a duration: %s', (text, ms) => expect(asDuration(text)).toBe(ms));

test.each(['5', '0s', '-3m', '1d', ''])('no duration: %j', (text) =>
  expect(() => asDuration(text)).toThrow(/30s, 10m or 2h/),
);

test('a whole number is within its limits', () => {
  expect([wholeNumber(1, 50)('1'), wholeNumber(1, 50)('50')]).toEqual([1, 50]);
  for (const text of ['0', '51', '-1', '1.5', '1e1', '0x9', ' 7', ''])
    expect(() => wholeNumber(1, 50)(text)).toThrow('from 1 to 50');
  expect(() => wholeNumber(0)('-1')).toThrow('from 0 on');
});

test('pairs come with blanks or commas between, each once', () => {
  expect(asPairs('ethusdt', asPairs('btcusdt, ETHUSDT'))).toEqual(['BTCUSDT', 'ETHUSDT']);
  for (const text of ['', 'BTC/USDT', 'BTCUSDT,']) expect(() => asPairs(text)).toThrow('BTCUSDT ETHUSDT');
});

test('an address is of http', () => {
  expect(asUrl('http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
  for (const text of ['ftp://x', '127.0.0.1:8080', 'http://']) expect(() => asUrl(text)).toThrow('http');
});

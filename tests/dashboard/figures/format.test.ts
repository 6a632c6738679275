import { expect, test } from 'vitest';
import { formatDecade } from '../../../src/dashboard/figures/format.ts';
import {
  formatChange,
  formatCompact,
  formatExact,
  formatPercent,
  formatPrice,
  formatTime,
} from '../../../src/dashboard/figures/index.ts';

test.each([
  [107234.5, '107,234.50'],
  [3412.07, '3,412.07'],
  [187.34, '187.34'],
  [23.4, '23.400'],
  [2.3456, '2.3456'],
  [0.1, '0.10000'],
  [0.00001234, '0.00001234'],
  [1e-8, '0.00000001'],
  [1.25e-9, '1.25e−9'],
  [1234567, '1,234,567'],
  [0, '0.00'],
])('price %d is %s', (price, text) => expect(formatPrice(price)).toBe(text));

test.each([
  [107234.5, '107,234.5'],
  [0.30000000000000004, '0.3'],
  [1e-8, '0.00000001'],
  [5000000000000, '5,000,000,000,000'],
  [987654321012.1234, '987,654,321,012.123'],
  [-0.5, '−0.5'],
  [100, '100'],
  [0, '0'],
])('%d exactly is %s', (value, text) => expect(formatExact(value)).toBe(text));

test.each([
  [2345678901, '2.346B'],
  [999999, '1.000M'],
  [325480000, '325.5M'],
  [1234, '1.234K'],
  [12.5, '12.5'],
  [0.000012, '0.000012'],
  [5e12, '5.000T'],
  [0, '0'],
])('%d compactly is %s', (value, text) => expect(formatCompact(value)).toBe(text));

test.each([
  [1.5, '+1.50%'],
  [-0.25, '−0.25%'],
  [0, '0.00%'],
  [0.001, '+0.00%'],
  [123.456, '+123.5%'],
  [4567.8, '+4,568%'],
])('%d percent is %s', (value, text) => expect(formatPercent(value)).toBe(text));

test('a change has the decimals of its price', () => {
  expect(formatChange(-12.5, 107234)).toBe('−12.50');
  expect(formatChange(0.00000046, 0.00000987)).toBe('+0.00000046');
  expect(formatChange(0, 0.7)).toBe('0.00000');
});

test('times are UTC', () => {
  expect(formatTime(Date.UTC(2026, 10, 24, 8, 30, 5, 999))).toBe('2026-11-24 08:30:05 UTC');
});

test('decades', () => {
  expect([-9, -3, -2, -1, 0, 2, 3, 5, 6, 9, 12].map(formatDecade)).toEqual([
    '10⁻⁹',
    '10⁻³',
    '0.01',
    '0.1',
    '1',
    '100',
    '1K',
    '100K',
    '1M',
    '1B',
    '1T',
  ]);
});

import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `30s`, `10m` or `2h` of an option, in ms. */
export function asDuration(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text) ?? [];
  if (number && Number(number) > 0) return Number(number) * UNITS[unit]!;
  throw new InvalidArgumentError('It has to be a time such as 30s, 10m or 2h.');
}

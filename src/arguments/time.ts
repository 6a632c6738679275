import { InvalidArgumentError } from 'commander';

const TIME =
  /^(?<date>\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:[T ](?<clock>\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?<zone>Z|[+-]\d{2}:\d{2})?)?$/;

/** A time of an option as epoch ms: ISO 8601, which is UTC where no zone is stated, or epoch ms themselves. */
export function asTime(text: string): number {
  const time = /^\d{9,15}$/.test(text) ? Number(text) : isoTime(text);
  if (Number.isFinite(time)) return time;
  throw new InvalidArgumentError('It has to be a date such as 2026-11-24, an ISO 8601 time, or epoch ms.');
}

function isoTime(text: string): number {
  const { date, clock, zone = 'Z' } = TIME.exec(text)?.groups ?? {};
  if (date === undefined) return Number.NaN;
  const day = new Date(date);
  // 31 February is read as a day of March.
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(date)) return Number.NaN;
  return clock === undefined
    ? day.getTime()
    : Date.parse(`${day.toISOString().slice(0, 10)}T${clock}${zone}`);
}

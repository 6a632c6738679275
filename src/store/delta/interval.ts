import { CandlebookError } from '../../market/index.ts';

const UNITS: Record<string, number> = {
  millisecond: 1,
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};
const FORM = /^(?:interval\s+)?((?:\d+\s+[a-z]+\s*)+)$/i;

/**
 * Length in ms of a table property such as `interval 7 days`; `otherwise` where it is not set.
 *
 * @throws CandlebookError TABLE_UNSUPPORTED naming the property
 */
export function intervalProperty(
  configuration: Readonly<Record<string, string>>,
  property: string,
  otherwise: number,
): number {
  const text = configuration[property];
  if (text === undefined) return otherwise;
  const length = parseInterval(text.trim());
  if (length !== undefined) return length;
  throw new CandlebookError('TABLE_UNSUPPORTED', `Table property ${property} is ${JSON.stringify(text)}.`, {
    value: text,
    hint: `Write it as "interval 7 days", with ${Object.keys(UNITS).join('s, ')}s.`,
  });
}

function parseInterval(text: string): number | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const words = match[1]!.trim().split(/\s+/);
  let length = 0;
  for (let at = 0; at < words.length; at += 2) {
    const unit = UNITS[words[at + 1]!.toLowerCase().replace(/s$/, '')];
    if (unit === undefined) return undefined;
    length += Number(words[at]) * unit;
  }
  return length;
}

import { CandlebookError } from '../market/index.ts';
import { REFERENCES_ALLOWED } from '../secrets/index.ts';
import { FIELDS, type FieldName } from './fields.ts';

/** `chartSymbol` as a command line has it: `--chart-symbol`. */
export function flagOf(name: FieldName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Every setting as an option of a command: its flag, and what it may be. */
export function settingFlags(): { name: FieldName; flag: string; allowed: string }[] {
  return (Object.keys(FIELDS) as FieldName[]).map((name) => ({
    name,
    flag: flagOf(name),
    allowed: FIELDS[name].allowed,
  }));
}

/** Values for `loadSettings` from the texts of options; those that are not stated are left out. @throws CandlebookError SETTING_INVALID on a key in the open */
export function valuesOfFlags(flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(FIELDS) as FieldName[]) {
    const text = flags[name];
    if (typeof text !== 'string') continue;
    if (/SharedAccessKey=/i.test(text))
      throw new CandlebookError('SETTING_INVALID', `${flagOf(name)} holds a key.`, {
        hint: `Other users of a machine see command lines: give ${REFERENCES_ALLOWED}.`,
      });
    values[name] = FIELDS[name].fromText(text);
  }
  return values;
}

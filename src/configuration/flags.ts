import { CandlebookError } from '../market/index.ts';
import { REFERENCES_ALLOWED } from '../secrets/index.ts';
import { FIELDS, type Field, type FieldName } from './fields.ts';

/** `chartSymbol` as a command line has it: `--chart-symbol`. */
export function flagOf(name: FieldName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A setting as an option of a command. */
export interface SettingFlag {
  readonly name: FieldName;
  readonly flag: string;
  readonly about: string;
  readonly choices?: readonly string[];
}

/** Every setting as an option. */
export function settingFlags(): SettingFlag[] {
  return (Object.entries(FIELDS) as [FieldName, Field][]).map(([name, { about, choices }]) => ({
    name,
    flag: flagOf(name),
    about,
    ...(choices ? { choices } : {}),
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

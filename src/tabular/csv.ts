/** Times and days are texts here. `null` is an empty cell, and an empty text a quoted one. */
export type CsvValue = string | number | bigint | boolean | null;

export interface CsvOptions {
  /** For people who open it in a spreadsheet: a text that would be taken for a formula is led by `'`. Default false. */
  readonly spreadsheet?: boolean;
}

/**
 * A line of comma-separated values, its line feed included: RFC 4180 but for the carriage return, as DuckDB, pandas
 * and PostgreSQL write it. Numbers have the digits that give them back unchanged.
 */
export function csvLine(values: readonly CsvValue[], { spreadsheet = false }: CsvOptions = {}): string {
  let line = '';
  for (let at = 0; at < values.length; at++) {
    if (at > 0) line += ',';
    line += cell(values[at]!, spreadsheet);
  }
  return `${line}\n`;
}

function cell(value: CsvValue, spreadsheet: boolean): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const text = spreadsheet && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

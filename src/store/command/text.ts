/** Rows as a person reads them: columns aligned, numbers to the right. */
export function aligned(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly boolean[] = [],
): string {
  const widths = names.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (right[at] ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join('  ')
      .trimEnd();
  return [line(names), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** `2026-11-24 09:30:00.125` of epoch ms, UTC. */
export function moment(time: number): string {
  return new Date(time)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.?0*Z$/, '');
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}

export function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Bigints, which JSON has not, as numbers. */
export function json(value: unknown): string {
  return JSON.stringify(value, (_key, one) => (typeof one === 'bigint' ? Number(one) : one));
}

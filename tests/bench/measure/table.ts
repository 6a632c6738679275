/** Texts in rows, the first of each row its name; as printed and as it goes into the page. */
export interface Table {
  title?: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

/** In fixed columns, numbers to the right. */
export function plainText({ title, head, rows }: Table): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const lines = all.map((row) =>
    widths
      .map((width, i) => (i === 0 ? (row[i] ?? '').padEnd(width) : (row[i] ?? '').padStart(width)))
      .join('  ')
      .trimEnd(),
  );
  return [...(title ? [title] : []), ...lines].join('\n');
}

export function markdown({ title, head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${head.map((_, i) => cells[i] ?? '').join(' | ')} |`;
  const rule = `| ${head.map((_, i) => (i === 0 ? '---' : '--:')).join(' | ')} |`;
  return [...(title ? [`${title}:`, ''] : []), line(head), rule, ...rows.map(line)].join('\n');
}

export interface TerminalSize {
  readonly columns?: number;
  readonly rows?: number;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour begins with one
const PIECE = /\u001B\[[\d;]*m|./gsu;

/**
 * Text that a terminal shows in as many lines as it has: one that is drawn over must neither wrap nor scroll. Lines are
 * cut at the right edge, their colours ended; those below the last row give way to a line that counts them.
 */
export function fitted(text: string, { columns = 80, rows = 24 }: TerminalSize): string {
  const lines = text.split('\n').map((line) => clip(line, columns));
  // The cursor stands in a row of its own.
  const most = Math.max(2, rows - 1);
  if (lines.length <= most) return lines.join('\n');
  const more = clip(`… ${lines.length - most + 1} more lines in a taller window`, columns);
  return [...lines.slice(0, most - 1), more].join('\n');
}

function clip(line: string, columns: number): string {
  let left = columns;
  return line.replace(PIECE, (piece) => (piece.startsWith('\u001B') || left-- > 0 ? piece : ''));
}

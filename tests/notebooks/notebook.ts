import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../fixtures/demo.ts';

export const NOTEBOOKS = join(ROOT, 'notebooks');

export interface Output {
  output_type: string;
  name?: string;
  text?: string | string[];
  data?: Record<string, string | string[] | object>;
}

export interface Cell {
  id: string;
  cell_type: 'code' | 'markdown';
  source: string | string[];
  metadata: Record<string, unknown>;
  outputs?: Output[];
  execution_count?: number | null;
}

export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

/** File names of the committed notebooks, in their order. */
export const notebookNames = (): string[] =>
  readdirSync(NOTEBOOKS)
    .filter((name) => name.endsWith('.ipynb'))
    .sort();

export const readNotebook = (path: string): Notebook => JSON.parse(readFileSync(path, 'utf8')) as Notebook;

export const textOf = (text: string | string[] | object | undefined): string =>
  Array.isArray(text) ? text.join('') : typeof text === 'string' ? text : '';

export const codeCells = ({ cells }: Notebook): Cell[] =>
  cells.filter(({ cell_type }) => cell_type === 'code');

/** What a cell printed and what it ended on, as plain text. */
export const printed = (cell: Cell): string =>
  (cell.outputs ?? [])
    .map(({ text, data }) => textOf(text) || textOf(data?.['text/plain']))
    .filter(Boolean)
    .join('\n');

/** Base64 pictures and SVG texts that a notebook without its kernel still shows. */
export const pictures = (cell: Cell): string[] =>
  (cell.outputs ?? []).flatMap(({ data = {} }) =>
    'image/png' in data
      ? [textOf(data['image/png'])]
      : 'image/svg+xml' in data
        ? [textOf(data['image/svg+xml'])]
        : [],
  );

/** What is wrong with a notebook as it was run; empty where nothing is. */
export function problems(notebook: Notebook): string[] {
  return codeCells(notebook).flatMap((cell, i) => {
    const outputs = cell.outputs ?? [];
    const at = `cell ${i + 1} (${textOf(cell.source).split('\n')[0]})`;
    const failed = outputs.filter(({ output_type }) => output_type === 'error').map(() => `${at} failed`);
    // A failing cell of this kernel ends with an ordinary status and writes to stderr.
    const loud = outputs
      .filter(({ name }) => name === 'stderr')
      .map(({ text }) => `${at} wrote to stderr: ${textOf(text).slice(0, 500)}`);
    return [...(cell.execution_count ? [] : [`${at} was not run`]), ...failed, ...loud];
  });
}

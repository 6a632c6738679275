import type { LiveContent } from '../../dashboard/wire.ts';

/** How often what a screen reader reads is renewed, ms: figures that change while they are read are of no use. */
const RENEW_EVERY_MS = 5000;

/** The panel that is read, and what of it: its rows' names, its columns' texts and heads. */
const READ_PANEL = 'performance';

interface TextTrace {
  readonly y?: readonly unknown[];
  readonly text?: readonly unknown[];
}

/** The board in words: the performance table as a table, out of sight and not of hearing. */
export class Reading {
  readonly root = document.createElement('section');
  #last = Number.NEGATIVE_INFINITY;

  constructor() {
    this.root.className = 'cb-unseen';
    this.root.setAttribute('aria-label', 'The board as a table');
  }

  show(content: LiveContent): void {
    if (performance.now() - this.#last < RENEW_EVERY_MS) return;
    this.#last = performance.now();
    const panel = content.panels.find(({ id }) => id === READ_PANEL);
    if (!panel) return;
    const traces = (panel.data as readonly TextTrace[]).filter(({ text }) => Array.isArray(text));
    const heads = [
      'Coin',
      ...(panel.layout.annotations ?? []).slice(0, traces.length).map(({ text }) => words(text)),
    ];
    const columns = [traces[0]?.y ?? [], ...traces.map(({ text }) => text ?? [])].map((column) =>
      column.map(words),
    );
    const table = document.createElement('table');
    table.createCaption().textContent = content.title;
    const head = table.createTHead().insertRow();
    for (const text of heads) {
      const cell = document.createElement('th');
      cell.scope = 'col';
      cell.textContent = text;
      head.append(cell);
    }
    const body = table.createTBody();
    for (let i = 0; i < (columns[0]?.length ?? 0); i++) {
      const row = body.insertRow();
      for (const column of columns) row.insertCell().textContent = column[i] ?? '';
    }
    this.root.replaceChildren(table);
  }
}

/** A cell's text without Plotly's mark-up. */
function words(value: unknown): string {
  return String(Array.isArray(value) ? value.join(' ') : value)
    .replace(/<[^>]*>/g, ' ')
    .trim();
}

import { BoardView } from '../../dashboard/page/board.ts';
import { plotlyFrom } from '../../dashboard/page/library.ts';
import { DRAWN_EVENT, type Mount } from '../../dashboard/wire.ts';
import type { PageStart } from '../document.ts';
import type { View } from '../view.ts';
import { Controls, queryOf } from './controls.ts';
import { SocketLink } from './link.ts';
import { Reading } from './reading.ts';

declare global {
  interface Window {
    /** The board that is shown, for tests and measurements. */
    candlebookBoard?: BoardView;
  }
}

/** How long the server may take to begin a chart: it asks the exchange for its bars, ms. */
const BOARD_WITHIN_MS = 30_000;

const start = JSON.parse(document.getElementById('candlebook-start')?.textContent ?? '') as PageStart;
const place = document.getElementById('board')!;
const announcement = document.getElementById('announcement')!;
const reading = new Reading();
let view: View = start.view;
let board: BoardView | undefined;
let told: { readonly alert?: string | undefined; readonly feed?: string | undefined } = {};
let wishes = 0;

const controls = new Controls(start, {
  show: (wanted) => void change(wanted, true),
  picture: savePicture,
  now: () => board?.content.footer?.updatedAt ?? Date.now(),
});

document.getElementById('controls')!.replaceWith(controls.root);
mount(start.mount);
window.addEventListener('popstate', () => {
  const query = new URLSearchParams(location.search);
  const until = query.get('until');
  void change(
    {
      symbol: query.get('symbol') ?? start.view.symbol,
      interval: (query.get('interval') ?? start.view.interval) as View['interval'],
      theme: (query.get('theme') ?? start.view.theme) as View['theme'],
      until: until === null ? undefined : Number(until),
    },
    false,
  );
});

function mount(state: Mount): void {
  board?.close();
  board = new BoardView(state, {
    link: new SocketLink(state.board, () => ask(view).catch(() => undefined), mount),
    fromFile: false,
    library: () => plotlyFrom(new URL('plotly.min.js', location.href).href),
  });
  place.replaceChildren(board.root, reading.root);
  board.placed();
  reading.show(board.content);
  document.title = state.content.title;
  window.candlebookBoard = board;
}

place.addEventListener(DRAWN_EVENT, () => {
  if (!board) return;
  reading.show(board.content);
  const { alert, feed } = board.content.footer ?? {};
  if (alert !== undefined && alert !== told.alert) say(`Alert: ${alert}`);
  if (feed !== told.feed) say(feed === undefined ? 'Prices come again.' : `No prices come: ${feed}`);
  told = { alert, feed };
});

async function ask(wanted: View): Promise<Mount> {
  const signal = AbortSignal.timeout(BOARD_WITHIN_MS);
  const answer = await fetch(`board?${queryOf(wanted)}`, { cache: 'no-store', signal });
  if (!answer.ok) {
    const text = new DOMParser()
      .parseFromString(await answer.text(), 'text/html')
      .querySelector('p')?.textContent;
    throw new Error(text ?? `The server answers ${answer.status}.`);
  }
  return (await answer.json()) as Mount;
}

/** Of several choices that are made before the first is answered, the last holds. */
async function change(wanted: View, keep: boolean): Promise<void> {
  const wish = ++wishes;
  place.setAttribute('aria-busy', 'true');
  try {
    const state = await ask(wanted);
    if (wish !== wishes) return;
    view = wanted;
    if (keep) history.pushState(null, '', `?${queryOf(view)}`);
    mount(state);
    say(
      `${view.symbol}, bars of ${view.interval}, ${view.until === undefined ? 'now' : `until ${new Date(view.until).toUTCString()}`}.`,
    );
  } catch (error) {
    if (wish === wishes) say(error instanceof Error ? error.message : String(error), true);
  } finally {
    if (wish === wishes) {
      controls.show(view);
      place.removeAttribute('aria-busy');
    }
  }
}

function say(text: string, seen = false): void {
  announcement.textContent = text;
  announcement.classList.toggle('cb-unseen', !seen);
}

function savePicture(): void {
  board?.picture().toBlob((blob) => {
    if (!blob) return;
    const mark = start.source === 'live' ? '' : `-${start.source}`;
    const anchor = document.createElement('a');
    anchor.href = URL.createObjectURL(blob);
    anchor.download = `${view.symbol}-${view.interval}${mark}-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.png`;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
  }, 'image/png');
}

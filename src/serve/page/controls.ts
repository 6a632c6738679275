import type { PageStart } from '../document.ts';
import { colorScheme, type View } from '../view.ts';

/** What a viewer asks for with the controls. */
export interface Wishes {
  show(view: View): void;
  picture(): void;
  /** The market's clock, epoch ms. */
  now(): number;
}

/** Bars by which Earlier and Later move the chart. */
const STEP_BARS = 120;
const LENGTHS: Record<string, number> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5, M: 2592e6 };

/** The controls above the board: native elements, so that keyboard and screen reader know them. */
export class Controls {
  readonly root = document.createElement('header');
  readonly #wishes: Wishes;
  readonly #symbol: HTMLSelectElement;
  readonly #interval: HTMLSelectElement;
  readonly #theme: HTMLSelectElement;
  readonly #later: HTMLButtonElement;
  readonly #now: HTMLButtonElement;
  readonly #candles: HTMLAnchorElement;
  #view: View;

  constructor(start: PageStart, wishes: Wishes) {
    this.#wishes = wishes;
    this.#view = start.view;
    this.#symbol = select('Pair', start.symbols, (symbol) => this.#change({ symbol, until: undefined }));
    this.#interval = select('Bars of', start.intervals, (interval) =>
      this.#change({ interval: interval as View['interval'] }),
    );
    this.#theme = select('Theme', start.themes, (theme) => this.#change({ theme: theme as View['theme'] }));
    const earlier = button('Earlier', () => this.#move(-1));
    this.#later = button('Later', () => this.#move(1));
    this.#now = button('Now', () => this.#change({ until: undefined }));
    this.#candles = download('Bars (CSV)');
    const tickers = download('Prices (CSV)');
    tickers.href = 'tickers.csv';
    this.root.className = 'cb-controls';
    this.root.append(
      brand(),
      group('Chart', labelled(this.#symbol), labelled(this.#interval)),
      group('History', earlier, this.#later, this.#now),
      group(
        'Download',
        button('Picture', () => wishes.picture()),
        this.#candles,
        tickers,
      ),
      group('Look', labelled(this.#theme)),
    );
    this.show(start.view);
  }

  /** What is chosen now. */
  show(view: View): void {
    this.#view = view;
    this.#symbol.value = view.symbol;
    this.#interval.value = view.interval;
    this.#theme.value = view.theme;
    this.#later.disabled = this.#now.disabled = view.until === undefined;
    this.#candles.href = `candles.csv?${queryOf(view)}`;
    document.documentElement.dataset.theme = view.theme;
    document.querySelector('meta[name=color-scheme]')?.setAttribute('content', colorScheme(view.theme));
  }

  #change(part: Partial<View>): void {
    this.#wishes.show({ ...this.#view, ...part });
  }

  #move(direction: 1 | -1): void {
    const now = this.#wishes.now();
    const { interval, until = now } = this.#view;
    const step = Number(interval.slice(0, -1)) * LENGTHS[interval.slice(-1)]! * STEP_BARS;
    const next = Math.round(until + direction * step);
    this.#change({ until: next >= now ? undefined : next });
  }
}

/** A view as the server reads it, and as it stands in the address, so that a link shows the same. */
export function queryOf({ symbol, interval, theme, until }: View): string {
  const query = new URLSearchParams({ symbol, interval, theme });
  if (until !== undefined) query.set('until', String(until));
  return query.toString();
}

function brand(): HTMLElement {
  const name = document.createElement('h1');
  name.className = 'cb-brand';
  name.textContent = 'candlebook';
  return name;
}

function group(name: string, ...children: HTMLElement[]): HTMLElement {
  const element = document.createElement('div');
  element.setAttribute('role', 'group');
  element.setAttribute('aria-label', name);
  element.append(...children);
  return element;
}

function select(name: string, values: readonly string[], chosen: (value: string) => void): HTMLSelectElement {
  const element = document.createElement('select');
  element.name = name;
  element.append(...values.map((value) => new Option(value, value)));
  element.addEventListener('change', () => chosen(element.value));
  return element;
}

function labelled(element: HTMLSelectElement): HTMLElement {
  const label = document.createElement('label');
  const text = document.createElement('span');
  text.textContent = element.name;
  label.append(text, element);
  return label;
}

function button(text: string, pressed: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = text;
  element.addEventListener('click', pressed);
  return element;
}

function download(text: string): HTMLAnchorElement {
  const element = document.createElement('a');
  element.textContent = text;
  element.download = '';
  return element;
}

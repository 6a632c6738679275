import type { DataSource } from '../../market/index.ts';
import type { Annotation, Axis, Figure, Layout, Trace } from './figure.ts';
import { textWidth } from './format.ts';

export type ThemeName = 'light' | 'dark' | 'colorblind';

/** Colours by meaning. Up and down keep apart for red-green and blue-yellow colour blindness, and never stand alone. */
export interface Theme {
  readonly paper: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  /** A bar's empty track. */
  readonly track: string;
  /** Every other row of a table. */
  readonly stripe: string;
  readonly up: string;
  readonly down: string;
  readonly flat: string;
  readonly upSoft: string;
  readonly downSoft: string;
  readonly flatSoft: string;
  readonly accent: string;
  /** Below a line of the accent. */
  readonly accentSoft: string;
  /** Text upon `up`, `down` and `flat`. */
  readonly onColor: string;
  readonly mark: string;
  readonly onMark: string;
  /** For lines of one chart, in order. */
  readonly series: readonly string[];
  /** One a coin, in the order in which they are tracked, in whatever panel they are. */
  readonly coins: readonly string[];
}

export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  light: {
    paper: '#ffffff',
    text: '#16191d',
    muted: '#59636e',
    grid: '#e8ebef',
    track: '#e4e8ed',
    stripe: '#f0f3f6',
    up: '#0b7f79',
    down: '#c8450c',
    flat: '#68727d',
    upSoft: '#86cfd6',
    downSoft: '#fcc094',
    flatSoft: '#ccd2d9',
    accent: '#3a62c4',
    accentSoft: '#d3dcf3',
    onColor: '#ffffff',
    mark: '#fde68a',
    onMark: '#5c3b00',
    series: ['#8f6000', '#3a62c4', '#a03a9c', '#2f7d32', '#5a6570', '#b3261e'],
    coins: [
      '#b35c00',
      '#4a55c9',
      '#087794',
      '#7d6900',
      '#9a36c4',
      '#3f4954',
      '#c91f74',
      '#267a31',
      '#8b5a3c',
      '#2470c4',
      '#bd2f25',
      '#527800',
    ],
  },
  dark: {
    paper: '#14181d',
    text: '#e8ebee',
    muted: '#9aa5b1',
    grid: '#262d35',
    track: '#2a323a',
    stripe: '#1d232a',
    up: '#34c9bb',
    down: '#ff8b52',
    flat: '#9aa5b1',
    upSoft: '#1b5a56',
    downSoft: '#7a3c1c',
    flatSoft: '#434c56',
    accent: '#7f9dff',
    accentSoft: '#2a3658',
    onColor: '#101418',
    mark: '#5a4200',
    onMark: '#ffe08a',
    series: ['#f2b632', '#7f9dff', '#e58ae0', '#7fd483', '#b4bec9', '#ff8a80'],
    coins: [
      '#f59f3a',
      '#8f9bff',
      '#3cc3e6',
      '#d9c33a',
      '#cf8bf2',
      '#c3ccd6',
      '#ff7fb8',
      '#63cf72',
      '#d9a27e',
      '#6fb3ff',
      '#ff8577',
      '#a9d13f',
    ],
  },
  // Blue against vermilion, after Okabe and Ito, the rising side darker: apart in grey as well. Few colours for the
  // coins, which keep apart under every kind of blindness; they come round again with dashed lines.
  colorblind: {
    paper: '#ffffff',
    text: '#16191d',
    muted: '#59636e',
    grid: '#e8ebef',
    track: '#e4e8ed',
    stripe: '#f0f3f6',
    up: '#00457c',
    down: '#bf4f00',
    flat: '#68727d',
    upSoft: '#8fbfe3',
    downSoft: '#ffd7ae',
    flatSoft: '#ccd2d9',
    accent: '#1f6fae',
    accentSoft: '#d0e3f2',
    onColor: '#ffffff',
    mark: '#fde68a',
    onMark: '#5c3b00',
    series: ['#7a1460', '#1f78b8', '#1a1a1a', '#c0397f', '#00755e'],
    coins: ['#bf4f00', '#1f78b8', '#1a1a1a', '#7a1460', '#00755e', '#c0397f'],
  },
};

const FAMILY = '-apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const TITLE_SIZE = 14;
export const LABEL_SIZE = 12;
export const SMALL_SIZE = 11;
export const TINY_SIZE = 10;

export interface FigureOptions {
  /** Where the numbers come from. Anything but `live` is written into the figure's corner. */
  readonly source: DataSource;
  /** Default `light`. */
  readonly theme?: ThemeName;
  /** The tracked symbols: their rows and order, also before their first ticker. Default: those of the tickers. */
  readonly symbols?: readonly string[];
}

export function themeOf(options: Pick<FigureOptions, 'theme'>): Theme {
  return THEMES[options.theme ?? 'light'];
}

/** Colour and dash of the nth tracked coin; colours come round again with dashed lines. */
export function coinStyle(theme: Theme, n: number): { color: string; dash: 'solid' | '4px,3px' } {
  const { coins } = theme;
  return {
    color: coins[n % coins.length]!,
    dash: n % (2 * coins.length) < coins.length ? 'solid' : '4px,3px',
  };
}

/** The place of each symbol among the tracked ones, which its colour follows; those that are not tracked come after. */
export function coinOrder(
  tracked: readonly string[] | undefined,
  shown: readonly string[],
): (symbol: string) => number {
  const order = new Map([...new Set([...(tracked ?? []), ...shown])].map((symbol, i) => [symbol, i]));
  return (symbol) => order.get(symbol)!;
}

/** The colour of a change: up, down or flat. */
export function changeColor(theme: Theme, change: number): string {
  return change > 0 ? theme.up : change < 0 ? theme.down : theme.flat;
}

export interface Frame {
  readonly id: string;
  readonly title: string;
  /** Said once, beside the title: unit, period. */
  readonly unit?: string;
  readonly theme: Theme;
  readonly source: DataSource;
  readonly margin?: Partial<Layout['margin']>;
  /** What an empty panel says. */
  readonly notice?: string | undefined;
  readonly data: readonly Trace[];
  readonly layout: Partial<Layout>;
}

/** A figure with the title, source mark, margins and colours that all of them share. */
export function framed(frame: Frame): Figure {
  const { theme } = frame;
  const margin = { l: 12, r: 12, t: 40, b: 28, ...frame.margin };
  const annotations: Annotation[] = [...(frame.layout.annotations ?? [])];
  if (frame.source !== 'live') annotations.push(sourceMark(theme, frame.source, margin));
  if (frame.notice) annotations.push(notice(theme, frame.notice));
  const fitting = fittingUnit(frame);
  const unit = fitting
    ? `  <span style="font-size:${SMALL_SIZE}px;color:${theme.muted}">${escapeText(fitting)}</span>`
    : '';
  return {
    id: frame.id,
    data: frame.data,
    layout: {
      title: {
        text: `<b>${escapeText(frame.title)}</b>${unit}`,
        x: 0,
        xref: 'container',
        xanchor: 'left',
        y: 1,
        yref: 'container',
        yanchor: 'top',
        // Flush with what stands above a plot that has no scale on its left.
        pad: { l: margin.l < 24 ? margin.l : 12, t: 11 },
        font: { size: TITLE_SIZE, color: theme.text },
      },
      margin,
      font: { family: FAMILY, size: LABEL_SIZE, color: theme.text },
      paper_bgcolor: theme.paper,
      // Subplots that overlap must not hide one another.
      plot_bgcolor: 'rgba(0,0,0,0)',
      showlegend: false,
      autosize: true,
      uirevision: 'candlebook',
      hoverlabel: {
        bgcolor: theme.paper,
        bordercolor: theme.muted,
        font: { size: LABEL_SIZE, color: theme.text },
      },
      ...(frame.notice ? withoutScales(frame.layout) : frame.layout),
      annotations,
    },
  };
}

/** Width of a panel, px, the narrowest that is planned for. */
export const PANEL_WIDTH = 360;

/** The unit without those of its last parts that would run into the source mark. */
function fittingUnit({ title, unit = '', source }: Frame): string {
  const mark = source === 'live' ? 0 : textWidth(source.toUpperCase(), TINY_SIZE, true) + 12;
  const room = PANEL_WIDTH - 24 - mark - textWidth(`${title}  `, TITLE_SIZE, true);
  const parts = unit.split(', ');
  while (parts.length > 0 && textWidth(parts.join(', '), SMALL_SIZE) > room) parts.pop();
  return parts.join(', ');
}

/** In the panel's upper right corner, whatever the margins are. */
function sourceMark(theme: Theme, source: DataSource, margin: Layout['margin']): Annotation {
  return {
    text: `<b>${source.toUpperCase()}</b>`,
    x: 1,
    y: 1,
    xref: 'paper',
    yref: 'paper',
    xanchor: 'right',
    yanchor: 'bottom',
    xshift: margin.r - 12,
    yshift: margin.t - 28,
    showarrow: false,
    font: { size: 10, color: theme.onMark },
    bgcolor: theme.mark,
    borderpad: 3,
  };
}

/** An empty panel has no scale worth reading; the names of its rows stay. */
function withoutScales(layout: Partial<Layout>): Partial<Layout> {
  const out: { -readonly [K in keyof Layout]?: Layout[K] } = { ...layout, shapes: [] };
  for (const [key, value] of Object.entries(layout)) {
    const axis = value as Axis;
    if (isAxis(key) && axis.type !== 'category') out[key] = { ...axis, visible: false };
  }
  return out;
}

function notice(theme: Theme, text: string): Annotation {
  return {
    text: escapeText(text),
    x: 0.5,
    y: 0.5,
    xref: 'paper',
    yref: 'paper',
    xanchor: 'center',
    yanchor: 'middle',
    showarrow: false,
    font: { size: LABEL_SIZE, color: theme.muted },
    bgcolor: theme.paper,
    borderpad: 6,
  };
}

/** Plotly's texts take a little HTML; a symbol must not be able to bring its own. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function isAxis(key: string): key is `xaxis${string}` | `yaxis${string}` {
  return /^[xy]axis/.test(key);
}

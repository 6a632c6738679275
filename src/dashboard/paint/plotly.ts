/**
 * The part of Plotly's figure JSON that the painters read. Figures come from people's own code too, so every
 * field may be absent; whatever is not listed here is left to Plotly alone.
 */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

export type Value = number | string | null | undefined;
export type Values = readonly Value[];
/** One for all points, or one for each. */
export type Many<T> = T | readonly (T | null)[];

export interface Face {
  family?: string;
  size?: number;
  weight?: number | string;
}

export interface Font extends Face {
  color?: string;
}

/** A colour for all texts, or one for each. */
export interface TextFont extends Face {
  color?: Many<string>;
}

export interface Line {
  color?: string;
  width?: number;
  dash?: string;
  shape?: string;
}

export interface Marker {
  color?: Many<string | number>;
  colors?: readonly string[];
  size?: Many<number>;
  symbol?: Many<string>;
  opacity?: Many<number>;
  line?: { color?: Many<string>; width?: Many<number> };
}

export interface Trace {
  type?: string;
  name?: string;
  visible?: boolean | 'legendonly';
  showlegend?: boolean;
  hoverinfo?: string;
  opacity?: number;
  xaxis?: string;
  yaxis?: string;
  x?: Values;
  y?: Values;
  mode?: string;
  line?: Line;
  marker?: Marker;
  fill?: string;
  fillcolor?: string;
  connectgaps?: boolean;
  text?: Many<string | number>;
  textposition?: Many<string>;
  textfont?: TextFont;
  textangle?: number;
  insidetextfont?: TextFont;
  outsidetextfont?: TextFont;
  insidetextanchor?: string;
  texttemplate?: string;
  cliponaxis?: boolean;
  orientation?: 'h' | 'v';
  base?: Many<number>;
  width?: Many<number>;
  offset?: Many<number>;
  error_y?: ErrorBars;
  error_x?: ErrorBars;
  open?: Values;
  high?: Values;
  low?: Values;
  close?: Values;
  increasing?: { line?: Line; fillcolor?: string };
  decreasing?: { line?: Line; fillcolor?: string };
  whiskerwidth?: number;
  labels?: Values;
  values?: Values;
  domain?: { x?: readonly number[]; y?: readonly number[] };
  hole?: number;
  rotation?: number;
  direction?: string;
  sort?: boolean;
  pull?: Many<number>;
  textinfo?: string;
  header?: TablePart;
  cells?: TablePart;
  columnwidth?: Many<number>;
  z?: readonly (readonly (number | null)[])[];
  zmin?: number;
  zmax?: number;
  colorscale?: readonly (readonly [number, string])[];
  xgap?: number;
  ygap?: number;
}

export interface ErrorBars {
  visible?: boolean;
  array?: Values;
  arrayminus?: Values;
  symmetric?: boolean;
  color?: string;
  thickness?: number;
  width?: number;
}

export interface TablePart {
  values?: readonly (Value | Values)[];
  align?: Many<string>;
  height?: number;
  fill?: { color?: string | readonly (string | readonly string[])[] };
  font?: { family?: string; size?: number; color?: string | readonly (string | readonly string[])[] };
  line?: { color?: string; width?: number };
}

export interface Title {
  text?: string;
  font?: Font;
  x?: number;
  y?: number | 'auto';
  xanchor?: string;
  yanchor?: string;
  standoff?: number;
  pad?: { l?: number; r?: number; t?: number; b?: number };
}

export interface AxisLayout {
  type?: string;
  range?: readonly Value[];
  autorange?: boolean | string;
  rangemode?: string;
  domain?: readonly number[];
  anchor?: string;
  overlaying?: string;
  side?: string;
  position?: number;
  title?: Title | string;
  visible?: boolean;
  showgrid?: boolean;
  gridcolor?: string;
  gridwidth?: number;
  griddash?: string;
  zeroline?: boolean;
  zerolinecolor?: string;
  zerolinewidth?: number;
  showline?: boolean;
  linecolor?: string;
  linewidth?: number;
  ticks?: string;
  ticklen?: number;
  ticklabelstandoff?: number;
  tickcolor?: string;
  tickfont?: Font;
  tickformat?: string;
  tickformatstops?: readonly {
    readonly dtickrange: readonly (number | string | null)[];
    readonly value: string;
  }[];
  tickprefix?: string;
  ticksuffix?: string;
  tickvals?: Values;
  ticktext?: readonly string[];
  tickmode?: string;
  tick0?: Value;
  dtick?: Value;
  nticks?: number;
  tickangle?: number;
  showticklabels?: boolean;
  automargin?: boolean | string;
  categoryorder?: string;
  categoryarray?: Values;
  fixedrange?: boolean;
  matches?: string;
}

export interface Shape {
  type?: string;
  xref?: string;
  yref?: string;
  x0?: Value;
  x1?: Value;
  y0?: Value;
  y1?: Value;
  line?: Line;
  fillcolor?: string;
  opacity?: number;
  layer?: string;
  visible?: boolean;
}

export interface Annotation {
  text?: string;
  x?: Value;
  y?: Value;
  xref?: string;
  yref?: string;
  xanchor?: string;
  yanchor?: string;
  xshift?: number;
  yshift?: number;
  showarrow?: boolean;
  align?: string;
  font?: Font;
  bgcolor?: string;
  bordercolor?: string;
  borderpad?: number;
  borderwidth?: number;
  opacity?: number;
  visible?: boolean;
  textangle?: number;
}

export interface Layout {
  title?: Title | string;
  width?: number;
  height?: number;
  margin?: { l?: number; r?: number; t?: number; b?: number; pad?: number };
  font?: Font;
  paper_bgcolor?: string;
  plot_bgcolor?: string;
  colorway?: readonly string[];
  showlegend?: boolean;
  legend?: {
    orientation?: string;
    x?: number;
    y?: number;
    xanchor?: string;
    yanchor?: string;
    font?: Font;
    bgcolor?: string;
    traceorder?: string;
  };
  barmode?: string;
  bargap?: number;
  bargroupgap?: number;
  shapes?: readonly Shape[];
  annotations?: readonly Annotation[];
  xaxis?: AxisLayout;
  yaxis?: AxisLayout;
}

/** What a painter needs of a figure; `figures/` makes them, and so may anyone's own code. */
export interface Drawable {
  readonly data: readonly Trace[];
  readonly layout: Layout;
}

/** Plotly's default colours. */
export const COLORWAY: readonly string[] = [
  '#1f77b4',
  '#ff7f0e',
  '#2ca02c',
  '#d62728',
  '#9467bd',
  '#8c564b',
  '#e377c2',
  '#7f7f7f',
  '#bcbd22',
  '#17becf',
];

export function at<T>(many: Many<T> | undefined, index: number): T | undefined {
  if (Array.isArray(many)) return (many[index] as T | null) ?? undefined;
  return many as T | undefined;
}

/** `x` → `xaxis`, `y2` → `yaxis2`. */
export function axisKey(id: string): string {
  return `${id.charAt(0)}axis${id.slice(1)}`;
}

export function axisLayout(layout: Layout, id: string): AxisLayout {
  return (layout as Record<string, AxisLayout | undefined>)[axisKey(id)] ?? {};
}

export function colorOf(figure: Drawable, index: number): string {
  const way = figure.layout.colorway ?? COLORWAY;
  return way[index % way.length] ?? '#1f77b4';
}

export function isShown(trace: Trace): boolean {
  return trace.visible === undefined || trace.visible === true;
}

const CARTESIAN = new Set(['scatter', 'scattergl', 'bar', 'candlestick', 'heatmap', undefined]);

export function isCartesian(trace: Trace): boolean {
  return CARTESIAN.has(trace.type);
}

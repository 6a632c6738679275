/*
 * The part of Plotly's figure JSON that the figures here emit, and no more: plain JSON, so that a figure can be
 * sent, compared and kept as it is. `null` is a hole in a series.
 */

export type Value = number | string | null;
export type Values = readonly Value[];
/** One for all points, or one for each. */
export type Many<T> = T | readonly T[];

export interface Font {
  readonly family?: string;
  readonly size?: number;
  readonly color?: string;
}

export interface Line {
  readonly color?: string;
  readonly width?: number;
  readonly dash?: 'solid' | 'dot' | 'dash' | '4px,3px';
}

interface TraceBase {
  readonly name?: string;
  readonly xaxis?: string;
  readonly yaxis?: string;
  readonly showlegend?: boolean;
  readonly hoverinfo?: 'skip' | 'text' | 'all';
  readonly hovertext?: Many<string>;
  readonly hovertemplate?: string;
}

export interface ScatterTrace extends TraceBase {
  readonly type: 'scatter';
  readonly mode: 'lines' | 'markers' | 'text' | 'lines+markers' | 'markers+text';
  readonly x: Values;
  readonly y: Values;
  readonly line?: Line;
  readonly marker?: {
    readonly color?: Many<string>;
    readonly size?: number;
    readonly symbol?: Many<string>;
    readonly line?: { readonly color?: string; readonly width?: number };
  };
  readonly text?: readonly string[];
  readonly textposition?: Many<string>;
  readonly textfont?: { readonly size?: number; readonly color?: Many<string> };
  readonly cliponaxis?: false;
  readonly fill?: 'tozeroy';
  readonly fillcolor?: string;
}

export interface BarTrace extends TraceBase {
  readonly type: 'bar';
  readonly orientation: 'h' | 'v';
  readonly x: Values;
  readonly y: Values;
  readonly base?: readonly (number | null)[];
  /** In units of the position axis: rows, or ms. */
  readonly width?: number;
  readonly marker: { readonly color: Many<string> };
  readonly text?: readonly string[];
  readonly textposition?: 'inside' | 'outside' | 'auto' | 'none';
  readonly textfont?: { readonly size?: number; readonly color?: Many<string> };
  readonly cliponaxis?: boolean;
}

export interface CandlestickTrace extends TraceBase {
  readonly type: 'candlestick';
  readonly x: Values;
  readonly open: Values;
  readonly high: Values;
  readonly low: Values;
  readonly close: Values;
  readonly increasing: { readonly line: Line; readonly fillcolor: string };
  readonly decreasing: { readonly line: Line; readonly fillcolor: string };
}

export interface PieTrace extends TraceBase {
  readonly type: 'pie';
  readonly labels: readonly string[];
  readonly values: Values;
  readonly hole: number;
  readonly sort: boolean;
  readonly direction: 'clockwise' | 'counterclockwise';
  readonly textinfo: 'percent' | 'none';
  readonly textposition: 'inside';
  readonly insidetextorientation: 'horizontal';
  readonly insidetextfont: Font;
  readonly marker: {
    readonly colors: readonly string[];
    readonly line: { readonly color: string; readonly width: number };
  };
  readonly domain: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
}

export interface HeatmapTrace extends TraceBase {
  readonly type: 'heatmap';
  readonly x: Values;
  readonly y: Values;
  readonly z: readonly (readonly (number | null)[])[];
  readonly zmin: number;
  readonly zmax: number;
  readonly colorscale: readonly (readonly [number, string])[];
  readonly showscale: boolean;
  readonly xgap: number;
  readonly ygap: number;
}

export type Trace = ScatterTrace | BarTrace | CandlestickTrace | PieTrace | HeatmapTrace;

/** A format for the steps within a range: ms, or `M` and a number of months. */
export interface TickFormatStop {
  readonly dtickrange: readonly [number | string | null, number | string | null];
  readonly value: string;
}

export interface Axis {
  readonly type: 'linear' | 'log' | 'date' | 'category';
  /** In the axis's own units: on a log axis the exponents, on a category axis the indices. */
  readonly range: readonly [number, number];
  readonly domain?: readonly [number, number];
  readonly anchor?: string;
  readonly overlaying?: string;
  readonly side?: 'left' | 'right' | 'top' | 'bottom';
  readonly visible?: boolean;
  readonly fixedrange?: boolean;
  readonly categoryorder?: 'array';
  readonly categoryarray?: readonly string[];
  readonly tickmode?: 'array' | 'auto';
  readonly tickvals?: Values;
  readonly ticktext?: readonly string[];
  readonly tickformat?: string;
  readonly tickformatstops?: readonly TickFormatStop[];
  readonly hoverformat?: string;
  readonly nticks?: number;
  readonly ticksuffix?: string;
  /** Tick marks; empty, there are none. */
  readonly ticks?: '';
  readonly tickangle?: number;
  readonly ticklabelstandoff?: number;
  readonly tickfont?: Font;
  readonly showticklabels?: boolean;
  readonly showgrid?: boolean;
  readonly gridcolor?: string;
  readonly griddash?: 'solid' | 'dot';
  readonly zeroline?: boolean;
  readonly zerolinecolor?: string;
  readonly showline?: boolean;
  readonly linecolor?: string;
  readonly rangeslider?: { readonly visible: boolean };
  readonly matches?: string;
}

/** Only for what seldom changes: units, source mark, an empty panel's notice. */
export interface Annotation {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly xref: string;
  readonly yref: string;
  readonly xanchor: 'left' | 'center' | 'right';
  readonly yanchor: 'top' | 'middle' | 'bottom';
  readonly xshift?: number;
  readonly yshift?: number;
  readonly showarrow: false;
  readonly font: Font;
  readonly bgcolor?: string;
  readonly borderpad?: number;
}

/** Fixed lines: zero, over-bought and over-sold levels. */
export interface Shape {
  readonly type: 'line';
  readonly xref: string;
  readonly yref: string;
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
  readonly line: Line;
}

export interface Layout {
  readonly title: {
    readonly text: string;
    readonly x: number;
    readonly xref: 'container';
    readonly xanchor: 'left';
    readonly y: number;
    readonly yref: 'container';
    readonly yanchor: 'top';
    readonly pad: { readonly l: number; readonly t: number };
    readonly font: Font;
  };
  /** Px that the figure wants; without it, what the others have. */
  readonly height?: number;
  readonly margin: { readonly l: number; readonly r: number; readonly t: number; readonly b: number };
  readonly font: Font;
  readonly paper_bgcolor: string;
  readonly plot_bgcolor: string;
  readonly showlegend: boolean;
  readonly autosize: boolean;
  /** Constant, so that the page keeps zoom and pan from tick to tick. */
  readonly uirevision: string;
  readonly hovermode?: 'closest' | 'x' | 'y' | 'x unified' | false;
  readonly hoverlabel: { readonly bgcolor: string; readonly bordercolor: string; readonly font: Font };
  readonly dragmode?: 'zoom' | 'pan' | false;
  readonly barmode?: 'overlay';
  readonly bargap?: number;
  readonly annotations: readonly Annotation[];
  readonly shapes?: readonly Shape[];
  readonly [axis: `xaxis${string}` | `yaxis${string}`]: Axis;
}

/** A Plotly figure under a name that stays the same from tick to tick. */
export interface Figure {
  readonly id: string;
  readonly data: readonly Trace[];
  readonly layout: Layout;
}

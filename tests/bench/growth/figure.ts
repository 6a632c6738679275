import { decadeAxis } from '../../../src/dashboard/figures/decades.ts';
import type { Figure, ScatterTrace } from '../../../src/dashboard/figures/figure.ts';
import { spread } from '../../../src/dashboard/figures/lines-panel.ts';
import { decadeRange, steppedTop } from '../../../src/dashboard/figures/range.ts';
import { coinStyle, framed, SMALL_SIZE, THEMES } from '../../../src/dashboard/figures/theme.ts';

/** Points of one line; both coordinates above 0. */
export interface CostLine {
  readonly name: string;
  /** Events a second, increasing. */
  readonly load: readonly number[];
  readonly cost: readonly number[];
}

const LABEL_SHARE = 0.06;

/** Cost of an event against load, in decades: where a line runs level, all of them cost in proportion to their number. */
export function costFigure(title: string, lines: readonly CostLine[]): Figure {
  const theme = THEMES.light;
  const x = decadeRange(lines.flatMap(({ load }) => load));
  const top = steppedTop(Math.max(...lines.flatMap(({ cost }) => cost)));
  const places = spread(
    lines.map(({ cost }) => cost.at(-1)! / top),
    LABEL_SHARE,
  );
  return framed({
    id: 'cost',
    title,
    theme,
    source: 'simulated',
    margin: { l: 52, b: 46, r: 96 },
    data: [
      ...lines.map(
        ({ name, load, cost }, i): ScatterTrace => ({
          type: 'scatter',
          mode: 'lines+markers',
          name,
          x: load,
          y: cost,
          line: { ...coinStyle(theme, i), width: 2 },
          marker: { size: 6, color: coinStyle(theme, i).color },
        }),
      ),
      {
        type: 'scatter',
        mode: 'text',
        x: lines.map(() => 10 ** x[1]),
        y: places.map((place) => place * top),
        text: lines.map(({ name }) => `\u00a0<b>${name}</b>`),
        textposition: 'middle right',
        textfont: { size: SMALL_SIZE, color: lines.map((_, i) => coinStyle(theme, i).color) },
        cliponaxis: false,
      },
    ],
    layout: {
      annotations: [
        {
          text: 'events a second',
          ...{ x: 0.5, y: 0, xref: 'paper', yref: 'paper', xanchor: 'center', yanchor: 'top', yshift: -24 },
          showarrow: false,
          font: { size: SMALL_SIZE, color: theme.muted },
        },
      ],
      xaxis: decadeAxis(x, [0, 1], theme),
      yaxis: {
        type: 'linear',
        range: [0, top],
        nticks: 6,
        tickfont: { size: SMALL_SIZE, color: theme.muted },
        showgrid: true,
        gridcolor: theme.grid,
        zeroline: false,
      },
    },
  });
}

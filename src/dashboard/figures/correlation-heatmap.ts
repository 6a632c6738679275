import { CandlebookError } from '../../market/index.ts';
import { contrast, mix } from '../paint/color.ts';
import type { Figure } from './figure.ts';
import { textWidth } from './format.ts';
import { labelMargin, NOTHING, narrowPlot, rowAxis, symbolRows } from './rows.ts';
import { type FigureOptions, framed, LABEL_SIZE, SMALL_SIZE, TINY_SIZE, themeOf } from './theme.ts';

export interface CorrelationOptions extends Omit<FigureOptions, 'symbols'> {
  /** What was correlated: `log returns, 1m, 24 h`. */
  readonly unit?: string;
}

/**
 * Correlation of every pair of coins, −1 to 1, written in its cell; the diagonal is left blank.
 * @param symbols of the rows and columns
 * @param matrix square and in the order of `symbols`; NaN where there was too little to correlate
 * @throws CandlebookError INPUT_INVALID for a matrix that is not square, or a value beyond −1 to 1, with its indices
 */
export function correlationHeatmap(
  symbols: readonly string[],
  matrix: ArrayLike<ArrayLike<number>>,
  options: CorrelationOptions,
): Figure {
  checkMatrix(symbols, matrix);
  const theme = themeOf(options);
  const rows = symbolRows(symbols);
  const names = rows.map((row) => row.label);
  const z = names.map((_, i) =>
    names.map((_, k) => {
      const value = matrix[i]![k]!;
      return i === k || Number.isNaN(value) ? null : Math.max(-1, Math.min(1, value));
    }),
  );
  const left = labelMargin(rows);
  const cell = narrowPlot(rows) / Math.max(1, rows.length);
  // Where two decimals do not fit a cell of the narrowest panel, one has to do.
  const decimals = textWidth('\u22120.00', TINY_SIZE) <= cell ? 2 : 1;
  const upright = Math.max(0, ...names.map((name) => textWidth(name, LABEL_SIZE))) > cell;
  const cells = names.flatMap((y, i) => names.map((x, k) => ({ x, y, value: z[i]![k]!, same: i === k })));
  const colorOf = (value: number) => mix(theme.paper, value < 0 ? theme.down : theme.up, Math.abs(value));
  return framed({
    id: 'correlation',
    title: 'Correlation',
    unit: options.unit ?? '',
    theme,
    source: options.source,
    margin: { l: left, b: upright ? left + 4 : 28 },
    notice: rows.length < 2 ? 'It takes two coins to compare' : undefined,
    data: [
      {
        type: 'heatmap',
        x: names,
        y: names,
        z,
        zmin: -1,
        zmax: 1,
        colorscale: [
          [0, theme.down],
          [0.5, theme.paper],
          [1, theme.up],
        ],
        showscale: false,
        xgap: 1,
        ygap: 1,
        hovertemplate: '<b>%{y} – %{x}</b>  %{z:.4f}<extra></extra>',
      },
      {
        type: 'scatter',
        mode: 'text',
        x: cells.map(({ x }) => x),
        y: cells.map(({ y }) => y),
        text: cells.map(({ value, same }) =>
          same ? '' : value === null ? NOTHING : cellText(value, decimals),
        ),
        textposition: 'middle center',
        textfont: {
          size: decimals === 1 ? TINY_SIZE : SMALL_SIZE,
          color: cells.map(({ value }) =>
            value === null ? theme.muted : textOn(colorOf(value), theme.paper),
          ),
        },
        hoverinfo: 'skip',
      },
    ],
    layout: {
      hovermode: 'closest',
      xaxis: {
        type: 'category',
        categoryorder: 'array',
        categoryarray: names,
        range: [-0.5, Math.max(1, rows.length) - 0.5],
        tickmode: 'array',
        tickvals: names,
        ticktext: names.map((name) => `<b>${name}</b>`),
        ticks: '',
        tickangle: upright ? -90 : 0,
        tickfont: { size: LABEL_SIZE, color: theme.text },
        showgrid: false,
        zeroline: false,
        fixedrange: true,
      },
      yaxis: { ...rowAxis(rows, theme), showgrid: false },
    },
  });
}

function cellText(value: number, decimals: number): string {
  const size = Math.abs(value).toFixed(decimals);
  const text = decimals === 1 ? size.replace(/^0\.(?=[1-9])/, '.').replace(/\.0$/, '') : size;
  return value < 0 && Number(size) !== 0 ? `\u2212${text}` : text;
}

/** Black or white, whichever is read better. */
function textOn(color: string, paper: string): string {
  return contrast(color) === '#fff' ? '#ffffff' : contrast(paper) === '#fff' ? '#101418' : '#16191d';
}

function checkMatrix(symbols: readonly string[], matrix: ArrayLike<ArrayLike<number>>): void {
  const refuse = (value: object, message: string, hint: string): never => {
    throw new CandlebookError('INPUT_INVALID', message, { value, hint });
  };
  const size = symbols.length;
  if (matrix.length !== size) {
    refuse(
      { rows: matrix.length },
      `The matrix has ${matrix.length} rows for ${size} symbols.`,
      'Hand in one row a symbol.',
    );
  }
  for (let row = 0; row < size; row++) {
    if (matrix[row]!.length !== size) {
      refuse(
        { row, columns: matrix[row]!.length },
        `Row ${row} of the matrix has ${matrix[row]!.length} columns for ${size} symbols.`,
        'Hand in one column a symbol.',
      );
    }
    for (let column = 0; column < size; column++) {
      const value = matrix[row]![column]!;
      // Rounding may carry a perfect correlation a little beyond one.
      if (!(Math.abs(value) > 1 + 1e-9)) continue;
      refuse(
        { row, column, value },
        `Row ${row}, column ${column} is ${value}.`,
        'A correlation lies between −1 and 1.',
      );
    }
  }
}

import { boardColumns, gridOf } from '../paint/board.ts';
import type { LiveContent } from '../wire.ts';

type Json = Record<string, unknown>;

interface Cell {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Shares of the whole that a cell leaves for its labels and title. */
const ROOM = { left: 0.045, right: 0.012, top: 0.05, bottom: 0.04 };

/** A board as one Plotly figure: every panel in its cell of a grid, its axes renamed. For tools that read Plotly's JSON. */
export function combineFigures(content: LiveContent): Json {
  const columns = boardColumns(content, 1200);
  const grid = gridOf(content, columns);
  const [only] = grid.cells;
  if (grid.cells.length === 1 && only) return { data: only.figure.data, layout: only.figure.layout };
  const data: unknown[] = [];
  const layout: Json = {
    title: { text: content.title },
    showlegend: false,
    barmode: 'overlay',
    annotations: [],
    shapes: [],
  };
  const annotations = layout.annotations as Json[];
  const shapes = layout.shapes as Json[];
  let axes = 0;
  for (const { figure, column, span, top, height } of grid.cells) {
    const cell: Cell = {
      x: [column / columns + ROOM.left, (column + span) / columns - ROOM.right],
      y: [1 - (top + height) / grid.height + ROOM.bottom, 1 - top / grid.height - ROOM.top],
    };
    const rename = (id: string) => `${id[0]}${axes + Number(id.slice(1) || 1)}`;
    const source = figure.layout as Json;
    let most = 0;
    for (const [key, value] of Object.entries(source)) {
      const axis = /^([xy])axis(\d*)$/.exec(key);
      if (!axis) continue;
      most = Math.max(most, Number(axis[2] || 1));
      const own = value as Json;
      const direction = axis[1] as 'x' | 'y';
      layout[`${direction}axis${axes + Number(axis[2] || 1)}`] = {
        ...own,
        domain: within(own.domain as readonly number[] | undefined, cell[direction]),
        anchor: own.anchor ? rename(String(own.anchor)) : `${direction === 'x' ? 'y' : 'x'}${axes + 1}`,
        ...(own.overlaying ? { overlaying: rename(String(own.overlaying)) } : {}),
        ...(own.matches ? { matches: rename(String(own.matches)) } : {}),
      };
    }
    for (const trace of figure.data) {
      const { x = [0, 1], y = [0, 1] } = trace.domain ?? {};
      const boxed = trace.type === 'pie' || trace.type === 'table';
      data.push({
        ...trace,
        ...(boxed
          ? { domain: { x: within(x, cell.x), y: within(y, cell.y) } }
          : { xaxis: rename(trace.xaxis ?? 'x'), yaxis: rename(trace.yaxis ?? 'y') }),
      });
    }
    for (const [from, to] of [
      [figure.layout.annotations ?? [], annotations],
      [figure.layout.shapes ?? [], shapes],
    ] as const) {
      for (const mark of from) to.push(moved(mark as Json, cell, rename));
    }
    const title = typeof figure.layout.title === 'string' ? figure.layout.title : figure.layout.title?.text;
    if (title) {
      annotations.push({
        text: title,
        x: cell.x[0],
        y: cell.y[1],
        xref: 'paper',
        yref: 'paper',
        xanchor: 'left',
        yanchor: 'bottom',
        showarrow: false,
      });
    }
    axes += Math.max(1, most);
  }
  const first = only?.figure.layout;
  return {
    data,
    layout: {
      ...layout,
      height: Math.round(grid.height + 80),
      margin: { l: 10, r: 10, t: 60, b: 20 },
      ...(first?.font ? { font: first.font } : {}),
      ...(first?.paper_bgcolor
        ? { paper_bgcolor: first.paper_bgcolor, plot_bgcolor: first.plot_bgcolor }
        : {}),
    },
  };
}

/** A share of the figure as a share of the whole. */
function within(
  share: readonly number[] | undefined,
  [from, to]: readonly [number, number],
): [number, number] {
  const [a = 0, b = 1] = share ?? [];
  return [from + a * (to - from), from + b * (to - from)];
}

function moved(mark: Json, cell: Cell, rename: (id: string) => string): Json {
  const out: Json = { ...mark };
  for (const direction of ['x', 'y'] as const) {
    const ref = String(mark[`${direction}ref`] ?? direction);
    if (ref === 'paper') {
      for (const key of [direction, `${direction}0`, `${direction}1`]) {
        if (typeof mark[key] === 'number') out[key] = within([mark[key], mark[key]], cell[direction])[0];
      }
    } else {
      const [id = direction, ...rest] = ref.split(' ');
      out[`${direction}ref`] = [rename(id), ...rest].join(' ');
    }
  }
  return out;
}

import type { Subject } from '../measure/subject.ts';
import { PYTHON, PYTHON_SETUP, pythonRun } from './sender.ts';

/** Plotly's own live figure for notebooks: six subplots, a tick is one `batch_update` with binary columns. */
export const figureWidget: Subject = {
  name: 'FigureWidget',
  kernel: PYTHON,
  setup: `${PYTHON_SETUP}
import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

times = np.array([time_of(i) for i in range(POINTS)], dtype='float64').astype('datetime64[ms]')
columns = [np.array([value(p, i) for i in range(POINTS)]) for p in range(PANELS)]
board = go.FigureWidget(make_subplots(rows=2, cols=3, subplot_titles=[f'Panel {p}' for p in range(PANELS)]))
for p in range(PANELS):
    board.add_trace(go.Scatter(x=times, y=columns[p], mode='lines', meta=0), row=p // 3 + 1, col=p % 3 + 1)
board.update_layout(width=1140, height=480, showlegend=False, margin=dict(l=40, r=10, t=30, b=30))

def tick(n):
    global times
    i = POINTS - 1 + n
    times = np.append(times[1:], np.datetime64(time_of(i), 'ms'))
    with board.batch_update():
        for p in range(PANELS):
            columns[p] = np.append(columns[p][1:], value(p, i))
            board.data[p].x = times
            board.data[p].y = columns[p]
            board.data[p].meta = n

board`,
  run: pythonRun,
  watch: watch.toString(),
};

/** Follows Plotly's own word that a drawing is done, and the tick that each trace then held. */
function watch(): void {
  interface GraphDiv extends HTMLElement {
    _fullLayout?: { _initialAutoSize?: unknown };
    data?: { meta?: number }[];
    on?(event: 'plotly_afterplot', listener: () => void): void;
  }
  const PANEL_COUNT = 6;
  let reported = -1;
  const attach = () => {
    const div = document.querySelector<GraphDiv>('.jp-OutputArea .js-plotly-plot');
    if (!div?.on || div.data?.length !== PANEL_COUNT || !div.querySelector('.scatterlayer .js-line'))
      return requestAnimationFrame(attach);
    const painted = () => {
      const everywhere = Math.min(...(div.data ?? []).map(({ meta }) => meta ?? -1));
      if (everywhere <= reported) return;
      reported = everywhere;
      globalThis.bench?.drawn(everywhere);
    };
    div.on('plotly_afterplot', painted);
    painted();
  };
  requestAnimationFrame(attach);
}

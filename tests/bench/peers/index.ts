import type { LiveBench } from '../measure/bench.ts';
import { bokeh } from './bokeh.ts';
import { figureWidget } from './figure-widget.ts';
import { installPeers, PINNED } from './install.ts';

/** The notebook systems that the live board is compared with; the quickest of them first. */
export const peers: LiveBench['peers'] = async () => ({
  python: await installPeers(),
  subjects: [bokeh, figureWidget],
  versions: { bokeh: PINNED.bokeh, plotly: PINNED.plotly },
});

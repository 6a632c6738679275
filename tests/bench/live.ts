/** The live board in JupyterLab: kernel stamp to painted, at 1, 5, 10 and 20 updates a second. */
import { createRequire } from 'node:module';
import { board } from './live/board.ts';
import { liveBench } from './measure/bench.ts';
import { peers } from './peers/index.ts';

const require = createRequire(import.meta.url);
const version = (name: string) => (require(`${name}/package.json`) as { version: string }).version;

process.exitCode = await liveBench(
  {
    name: 'live',
    ours: board,
    versions: { candlebook: version('candlebook'), 'plotly.js': version('plotly.js-dist-min') },
    peers,
  },
  process.argv.slice(2),
);

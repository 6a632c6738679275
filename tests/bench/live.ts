import { createRequire } from 'node:module';
import { board } from './live/board.ts';
import { liveBench } from './measure/bench.ts';
import { peers } from './peers/index.ts';

const require = createRequire(import.meta.url);
const version = (name: string) => (require(`${name}/package.json`) as { version: string }).version;

process.exitCode = await liveBench(
  {
    ours: board,
    versions: { candlebook: version('candlebook'), 'plotly.js': version('plotly.js-dist-min') },
    peers,
  },
  process.argv.slice(2),
);

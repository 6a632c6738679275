import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { build, buildSync } from 'esbuild';
import { inRoot } from './paths.mjs';

/** The scripts of pages, each as one classic script: what a cell's output carries, and what `serve` hands out. */
for (const room of ['dashboard', 'serve']) {
  buildSync({
    entryPoints: [inRoot('src', room, 'page', 'main.ts')],
    outfile: inRoot('dist', room, 'page.js'),
    bundle: true,
    format: 'iife',
    minify: true,
    target: 'es2022',
    legalComments: 'none',
    tsconfig: inRoot('src', room, 'page', 'tsconfig.json'),
  });
}

/** A module goes on naming files from where it stood: pages, schemas, workers. @type {import('esbuild').Plugin} */
const ownAddresses = {
  name: 'own addresses',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist[\\/].*\.js$/ }, ({ path }) => {
      const place = `./${relative(inRoot('dist'), path).split(sep).join('/')}`;
      const own = `new URL(${JSON.stringify(place)}, import.meta.url).href`;
      return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', own), loader: 'js' };
    });
  },
};

// The two entries in few files: reading hundreds took most of the time of an import. What loads late stays apart.
await build({
  entryPoints: [inRoot('dist', 'index.js'), inRoot('dist', 'cli.js')],
  outdir: inRoot('dist'),
  allowOverwrite: true,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  target: 'node22',
  legalComments: 'none',
  plugins: [ownAddresses],
});

import { buildSync } from 'esbuild';
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

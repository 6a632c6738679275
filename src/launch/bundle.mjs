import { buildSync } from 'esbuild';
import { inRoot } from './paths.mjs';

/** The page's script as one classic script, which a cell's output carries. */
buildSync({
  entryPoints: [inRoot('src', 'dashboard', 'page', 'main.ts')],
  outfile: inRoot('dist', 'dashboard', 'page.js'),
  bundle: true,
  format: 'iife',
  minify: true,
  target: 'es2022',
  legalComments: 'none',
  tsconfig: inRoot('src', 'dashboard', 'page', 'tsconfig.json'),
});

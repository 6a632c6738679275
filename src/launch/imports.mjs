import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { inRoot } from './paths.mjs';

const SRC = inRoot('src');

/** The folders of the map in src/README.md, in their order. */
export function mappedFolders() {
  const map = readFileSync(join(SRC, 'README.md'), 'utf8');
  return [...map.matchAll(/^\| `([a-z]+)\/` *\|/gm)].map((match) => /** @type {string} */ (match[1]));
}

/** The folders that are there. */
export function presentFolders() {
  return readdirSync(SRC, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/**
 * What is wrong with the imports of `src/`: a folder may import only from folders above it in the map, files at
 * the top from any, and `launch/` neither from nor for anybody.
 * @returns {string[]} a line for each
 */
export function importProblems() {
  const order = mappedFolders();
  const problems = [];
  for (const file of readdirSync(SRC, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(ts|mjs)$/.test(file)) continue;
    const from = file.split(sep)[0] ?? '';
    const text = readFileSync(join(SRC, file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
      const target = relative(SRC, resolve(dirname(join(SRC, file)), specifier)).split(sep)[0] ?? '';
      if (target === from) continue;
      const atTop = !file.includes(sep);
      const wrong = atTop
        ? target === 'launch'
        : order.indexOf(target) < 0 ||
          order.indexOf(target) >= order.indexOf(from) ||
          from === 'launch' ||
          target === 'launch';
      if (wrong)
        problems.push(
          `src/${file.replaceAll(sep, '/')} imports ${specifier}: ${from}/ may not import ${target}`,
        );
    }
  }
  return problems;
}

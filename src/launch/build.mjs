import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runMain } from './failure.mjs';
import { inRoot, packagedNode } from './paths.mjs';
import { commandStep } from './steps.mjs';

const DIST = inRoot('dist');
const STAMP = join(DIST, '.built-from');

/** Folders of `src/` with files that are no code of ours but go into the package. */
const SHIPPED = [['telemetry', 'definitions'], ['cloud']];

/** Compiles `src/` into a fresh `dist/`, and bundles the scripts of pages and the package's entries. */
export async function build() {
  const hash = sourceHash();
  rmSync(DIST, { recursive: true, force: true });
  // Not node_modules/.bin/tsc: that one may belong to another package's TypeScript.
  await commandStep('Compiling', packagedNode(), [inRoot('node_modules', 'typescript', 'bin', 'tsc')], {
    next: 'Mend the type errors above; `npm run check` lists them all.',
  });
  await commandStep('Bundling', packagedNode(), [inRoot('src', 'launch', 'bundle.mjs')], {
    next: 'Mend what is named above.',
  });
  for (const room of SHIPPED)
    cpSync(inRoot('src', ...room), join(DIST, ...room), {
      recursive: true,
      filter: (path) => !/\.ts$|__pycache__/.test(path),
    });
  for (const name of ['bin.js', 'cli.js']) chmodSync(join(DIST, name), 0o755);
  writeFileSync(STAMP, hash);
}

/** What the present `dist/` was built from; empty where there is none. */
export function builtFrom() {
  return existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : '';
}

/** Fingerprint of all that a build depends on. */
export function sourceHash() {
  const hash = createHash('sha256');
  const files = readdirSync(inRoot('src'), { recursive: true, encoding: 'utf8' }).filter(
    (name) =>
      !/__pycache__|(?:^|[\\/])launch[\\/](?!bundle\.mjs)/.test(name) &&
      statSync(inRoot('src', name)).isFile(),
  );
  for (const path of [
    ...files.sort().map((name) => join('src', name)),
    'tsconfig.json',
    'package-lock.json',
  ]) {
    hash.update(path).update(readFileSync(inRoot(path)));
  }
  return hash.digest('hex');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runMain(async () => {
    if (process.argv.includes('--help')) {
      console.log(
        'npm run build\n\nCompiles src/ into dist/, and bundles the scripts of pages and the package’s entries.\n\nExample: npm run build',
      );
      return 0;
    }
    await build();
    return 0;
  });
}

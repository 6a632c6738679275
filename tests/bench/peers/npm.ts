import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder } from '../../fixtures/cache.ts';
import { run, step } from '../../fixtures/step.ts';

/** Packages by name and exact version. */
export type Pinned = Readonly<Record<string, string>>;

/**
 * Folder with npm packages that are no dependency of ours, in the cache outside the checkout; the first call installs
 * them there. No script of theirs is run.
 */
export async function npmFolder(title: string, pinned: Pinned): Promise<string> {
  const wanted = Object.entries(pinned).map(([name, version]) => `${name}@${version}`);
  const folder = cacheFolder(`npm-peers-${title}-${wanted.join('_').replaceAll(/[^\w.@-]/g, '-')}`);
  const finished = join(folder, 'finished');
  if (existsSync(finished)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []];
  await step(`peers of ${title} from npm (once): ${wanted.join(', ')}`, () =>
    run(
      command,
      [...first, 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', ...wanted],
      { cwd: folder },
    ),
  );
  writeFileSync(finished, wanted.join('\n'));
  return folder;
}

/** Imports of npm packages that are no dependency of ours; see `npmFolder`. */
export async function npmPeers(title: string, pinned: Pinned): Promise<<T>(name: string) => Promise<T>> {
  const { resolve } = createRequire(join(await npmFolder(title, pinned), 'package.json'));
  return async <T>(name: string) => {
    const found = (await import(pathToFileURL(resolve(name)).href)) as T & { default?: T };
    return found;
  };
}

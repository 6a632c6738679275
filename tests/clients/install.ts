import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../fixtures/cache.ts';
import { run, step } from '../fixtures/step.ts';

/** Other people's clients of the exchange, as npm has them. They are no dependency of the package. */
export const CLIENTS = {
  ccxt: '4.5.84',
  '@binance/spot': '32.0.4',
  binance: '3.6.5',
};

/** Folder with the clients; the first call makes it (some seconds), later calls find it. */
export async function installClients(): Promise<string> {
  const wanted = Object.entries(CLIENTS).map(([name, version]) => `${name}@${version}`);
  const folder = cacheFolder(`clients-${Object.values(CLIENTS).join('-')}`);
  const finished = join(folder, 'finished');
  if (existsSync(finished)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await step(`clients: ${wanted.join(', ')} from npm`, () =>
    run(npm, ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', ...wanted], {
      cwd: folder,
    }),
  );
  writeFileSync(finished, wanted.join('\n'));
  return folder;
}

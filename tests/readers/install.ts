import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from '../fixtures/cache.ts';
import { missingForMaven } from '../fixtures/maven.ts';
import { deltaJars, sparkPython } from '../fixtures/spark.ts';
import { run, say, step } from '../fixtures/step.ts';

/** Other people's readers and writers of Delta tables, beside Spark and delta-rs. They are no dependency of the package. */
const PACKAGES = { chdb: '3.4.0', '@duckdb/node-api': '1.5.6-r.1' };

export interface Installed {
  /** Python with delta-rs and, where `jars` is there, Spark. */
  readonly python: string;
  /** Folder with Delta's jars; `undefined` where Java or Maven is absent. */
  readonly jars: string | undefined;
  /** Folder with the packages of npm. */
  readonly packages: string;
}

/** Makes what is missing, outside the checkout (the first time about three minutes and 1.7 GB), with progress. */
export async function installReaders(): Promise<Installed> {
  return { python: await sparkPython(), jars: await jars(), packages: await packages() };
}

async function jars(): Promise<string | undefined> {
  const missing = missingForMaven();
  if (!missing) return deltaJars();
  say(`· Spark is left out: ${missing}`);
  return undefined;
}

async function packages(): Promise<string> {
  const wanted = Object.entries(PACKAGES).map(([name, version]) => `${name}@${version}`);
  return once(`readers-npm-${Object.values(PACKAGES).join('-')}`, async (folder) => {
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    await step(`readers: ${wanted.join(', ')} from npm`, () =>
      run(npm, ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', ...wanted], {
        cwd: folder,
      }),
    );
  });
}

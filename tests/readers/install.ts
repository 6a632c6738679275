import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from '../fixtures/cache.ts';
import { jarsFromMaven, missingForMaven } from '../fixtures/maven.ts';
import { run, say, step } from '../fixtures/step.ts';

/** Other people's readers and writers of Delta tables. They are no dependency of the package. */
export const PINNED = {
  python: { pyspark: '4.2.0', deltalake: '1.6.6', pyarrow: '26.0.1' },
  // The versions that go together: Delta's jars name the Spark they are made for, Hadoop is Spark's own.
  maven: {
    'io.delta:delta-spark_4.2_2.13': '4.4.0',
    'org.apache.hadoop:hadoop-azure': '3.5.0',
  },
  npm: { chdb: '3.4.0', '@duckdb/node-api': '1.5.6-r.1' },
};

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
  return { python: await python(), jars: await jars(), packages: await packages() };
}

async function python(): Promise<string> {
  const wanted = Object.entries(PINNED.python).map(([name, version]) => `${name}==${version}`);
  const inside = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const folder = await once(`readers-python-${Object.values(PINNED.python).join('-')}`, async (folder) => {
    const system = process.platform === 'win32' ? 'python' : 'python3';
    await step('readers: Python environment', () => run(system, ['-m', 'venv', folder]));
    await step(`readers: ${wanted.join(', ')} from pip`, () =>
      run(join(folder, ...inside), ['-m', 'pip', 'install', '--disable-pip-version-check', ...wanted]),
    );
  });
  return join(folder, ...inside);
}

async function jars(): Promise<string | undefined> {
  const missing = missingForMaven();
  if (missing) {
    say(`· Spark is left out: ${missing}`);
    return undefined;
  }
  return jarsFromMaven(`readers-jars-${Object.values(PINNED.maven).join('-')}`, PINNED.maven);
}

async function packages(): Promise<string> {
  const wanted = Object.entries(PINNED.npm).map(([name, version]) => `${name}@${version}`);
  return once(`readers-npm-${Object.values(PINNED.npm).join('-')}`, async (folder) => {
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    await step(`readers: ${wanted.join(', ')} from npm`, () =>
      run(npm, ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', ...wanted], {
        cwd: folder,
      }),
    );
  });
}

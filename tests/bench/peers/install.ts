import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../fixtures/cache.ts';
import { run, step } from '../../fixtures/step.ts';

/** The peers and the JupyterLab that they and our own subject are shown in. */
export const PINNED = {
  jupyterlab: '4.6.6',
  jupyter_server: '2.21.1',
  ipykernel: '7.4.0',
  ipywidgets: '8.1.9',
  bokeh: '3.9.2',
  jupyter_bokeh: '4.1.0',
  plotly: '7.1.0',
  anywidget: '0.11.0',
};

/** Python of an environment with the peers; the first call makes it (about a minute), later calls find it. */
export async function installPeers(): Promise<string> {
  const wanted = Object.entries(PINNED).map(([name, version]) => `${name}==${version}`);
  const folder = cacheFolder(`peers-${PINNED.bokeh}-${PINNED.plotly}-${PINNED.jupyterlab}`);
  const python =
    process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  const finished = join(folder, 'finished');
  if (existsSync(finished)) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const system = process.platform === 'win32' ? 'python' : 'python3';
  await step('peers 1/2: Python environment', () => run(system, ['-m', 'venv', folder]));
  await step('peers 2/2: Bokeh, Plotly and JupyterLab from pip (about a minute, once)', () =>
    run(python, ['-m', 'pip', 'install', '--disable-pip-version-check', ...wanted]),
  );
  writeFileSync(finished, wanted.join('\n'));
  return python;
}

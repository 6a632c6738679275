import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A Python that has these modules: `CANDLEBOOK_PYTHON`, or the checkout's `.venv`; `undefined` where neither has. */
export function pythonWith(...modules: string[]): string | undefined {
  const venv = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
  return [process.env.CANDLEBOOK_PYTHON, venv].find(
    (python) =>
      python && spawnSync(python, ['-c', `import ${modules.join(', ')}`], { timeout: 60_000 }).status === 0,
  );
}

import { spawnSync } from 'node:child_process';
import { venvPython } from '../fixtures/python.ts';

/** The Python of the tests, if it has these modules. */
export function pythonWith(...modules: string[]): string | undefined {
  const python = venvPython();
  const has =
    python && spawnSync(python, ['-c', `import ${modules.join(', ')}`], { timeout: 60_000 }).status === 0;
  return has ? python : undefined;
}

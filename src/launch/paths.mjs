import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const WINDOWS = process.platform === 'win32';

/** The checkout. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** @param {...string} parts path inside the checkout */
export const inRoot = (...parts) => join(ROOT, ...parts);

export const VENV = inRoot('.venv');
export const VENV_PYTHON = WINDOWS ? join(VENV, 'Scripts', 'python.exe') : join(VENV, 'bin', 'python');
export const KERNEL_FOLDER = join(VENV, 'share', 'jupyter', 'kernels', 'tslab');

/** The Node that comes with the packages, which may be newer than the one that runs this script. */
export function packagedNode() {
  const packaged = inRoot('node_modules', 'node', 'bin', WINDOWS ? 'node.exe' : 'node');
  return existsSync(packaged) ? packaged : process.execPath;
}

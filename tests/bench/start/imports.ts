import { spawnSync } from 'node:child_process';
import { ROOT } from '../../fixtures/demo.ts';

/** Of one process, from its start to its end, ms. */
export interface Taken {
  readonly clock: number;
  readonly cpu: number;
}

/** How a program gets at the package, and one that does not. */
export const WAYS = {
  nothing: '',
  'ES module': `await import('candlebook');`,
  CommonJS: `require('candlebook');`,
} as const;
export type Way = keyof typeof WAYS;

const TELL_CPU = `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  process.stdout.write(String((user + system) / 1000));
});`;

/** A Node process that does this and no more; each way in a module of its own kind. */
export function processThat(way: Way): Taken {
  const kind = way === 'CommonJS' ? 'commonjs' : 'module';
  const began = performance.now();
  const child = spawnSync(process.execPath, [`--input-type=${kind}`, '--eval', `${TELL_CPU}\n${WAYS[way]}`], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const clock = performance.now() - began;
  if (child.status !== 0) throw new Error(`${way}: ${child.stderr}`);
  return { clock, cpu: Number(child.stdout) };
}

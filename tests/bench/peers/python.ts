import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { run } from '../../fixtures/step.ts';

/** A peer in a Python process of its own, started once; a line asks it, a line of JSON answers. */
export interface PythonPeer {
  ask<T>(...words: (string | number)[]): Promise<T>;
  close(): Promise<void>;
}

export function startPython(python: string, script: string, args: readonly string[] = []): PythonPeer {
  const child = spawn(python, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask<T>(...words: (string | number)[]) {
      child.stdin.write(`${words.join(' ')}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${script} ended when asked for ${words.join(' ')}`);
      return JSON.parse(value) as T;
    },
    async close() {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

export async function pythonVersion(python: string, module: string): Promise<string> {
  return (await run(python, ['-c', `import ${module}; print(${module}.__version__)`])).trim();
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** delta-rs in a process of its own, started once and asked for one measurement at a time. */
export interface Peer {
  ask(verb: 'append' | 'open', folder: string, count: number): Promise<number[]>;
  close(): Promise<void>;
}

export function startPeer(python: string): Peer {
  const script = fileURLToPath(new URL('delta_rs.py', import.meta.url));
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(verb, folder, count) {
      child.stdin.write(`${verb} ${folder} ${count}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('delta-rs ended');
      return JSON.parse(value);
    },
    async close() {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

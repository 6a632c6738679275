import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Field } from '../../src/store/delta/index.ts';
import type { Made, Writer } from './reader.ts';

const KEPT_OUTPUT = 8_000;

/** A reader in Python: one command a line in JSON, one answer a line, on its standard input and output. */
export class PythonReader implements Writer {
  readonly name: string;
  readonly adls = true;
  readonly faults: Readonly<Record<string, string>>;
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  #errors = '';

  constructor(
    name: string,
    python: string,
    script: string,
    options: object,
    faults: Readonly<Record<string, string>> = {},
  ) {
    this.name = name;
    this.faults = faults;
    const path = fileURLToPath(new URL(script, import.meta.url));
    this.#child = spawn(python, [path, JSON.stringify(options)], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8', PYTHONUNBUFFERED: '1' },
    });
    this.#child.stderr!.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-KEPT_OUTPUT);
    });
    this.#answers = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  reads(): boolean {
    return true;
  }

  async rows(location: string, version: number, fields: readonly Field[]): Promise<string[]> {
    const rows = await this.#ask<string[]>({
      verb: 'read',
      location,
      version,
      columns: fields.map(({ name }) => name),
    });
    return rows.map((row) => JSON.stringify(row)).sort();
  }

  async append(location: string, rows: readonly { n: number; part: string }[]): Promise<void> {
    await this.#ask({ verb: 'append', location, rows });
  }

  async optimize(location: string): Promise<void> {
    await this.#ask({ verb: 'optimize', location });
  }

  async make(folder: string): Promise<Made[]> {
    const made = await this.#ask<(Omit<Made, 'rows'> & { rows: unknown[] })[]>({ verb: 'make', folder });
    return made.map((table) => ({ ...table, rows: table.rows.map((row) => JSON.stringify(row)).sort() }));
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.stdin!.end();
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 20_000);
    await once(this.#child, 'exit');
    clearTimeout(late);
  }

  async #ask<T>(command: object): Promise<T> {
    this.#child.stdin!.write(`${JSON.stringify(command)}\n`);
    for (;;) {
      const { value, done } = await this.#answers.next();
      if (done) throw new Error(`${this.name} ended: ${this.#errors}`);
      if (!value.startsWith('{')) continue; // what a library prints by itself
      const { result, error } = JSON.parse(value);
      if (error !== undefined) throw new Error(`${this.name}: ${error}`);
      return result;
    }
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT, WINDOWS } from './paths.mjs';

const KEPT_OUTPUT = 50_000;

/**
 * Runs a program to its end and keeps the last of its output.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<{ code: number, output: string }>} code 127 where the program is not there
 */
export function run(command, args, { env = process.env, cwd = ROOT } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: 127, output: String(error) }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * Runs a program whose output goes straight to the terminal.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} its exit code
 */
export function runShown(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** A program that runs in the background in a process group of its own, so that Ctrl-C is ours to pass on. */
export class Background {
  /**
   * @param {string} name for messages
   * @param {string} command
   * @param {string[]} args
   * @param {{ env: NodeJS.ProcessEnv, cwd?: string }} options
   */
  constructor(name, command, args, { env, cwd = ROOT }) {
    void stopSignal();
    this.name = name;
    this.output = '';
    this.ended = false;
    this.child = spawn(command, args, {
      cwd,
      env,
      detached: !WINDOWS,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const keep = (/** @type {Buffer} */ chunk) => {
      this.output = (this.output + chunk).slice(-KEPT_OUTPUT);
    };
    this.child.stdout?.on('data', keep);
    this.child.stderr?.on('data', keep);
    /** Resolves when the program has ended, however. @type {Promise<string>} */
    this.exit = new Promise((resolve) => {
      const end = (/** @type {string} */ how) => {
        this.ended = true;
        resolve(how);
      };
      this.child.on('error', (error) => end(String(error)));
      this.child.on('exit', (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`));
    });
  }

  /** Asks it to end, and after `patience` ms makes it. @param {number} patience */
  async stop(patience = 8000) {
    if (this.ended || this.child.pid === undefined) return;
    this.#signal('SIGTERM');
    const late = setTimeout(() => this.#signal('SIGKILL'), patience);
    await this.exit;
    clearTimeout(late);
  }

  /** @param {NodeJS.Signals} signal */
  #signal(signal) {
    const pid = /** @type {number} */ (this.child.pid);
    try {
      if (WINDOWS) spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' });
      // SIGKILL goes to the whole group; SIGTERM to the program alone, which ends its own children in order.
      else process.kill(signal === 'SIGKILL' ? -pid : pid, signal);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
    }
  }
}

/** @type {Promise<NodeJS.Signals> | undefined} */
let stopAsked;

/**
 * Resolves with the first signal that asks this process to end, from the first background program on: a Ctrl-C while
 * they start must not leave them behind.
 * @returns {Promise<NodeJS.Signals>}
 */
export function stopSignal() {
  const names = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  stopAsked ??= Promise.race(names.map((name) => once(process, name).then(() => name)));
  return stopAsked;
}

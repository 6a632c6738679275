import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Frame, Page } from 'playwright-core';
import { freePort } from '../fixtures/port.ts';
import { nodeFirst } from './install.ts';

const READY_MS = 90_000;
const STOP_MS = 5_000;
const KEPT_LOG = 20_000;
const controller = fileURLToPath(new URL('controller/', import.meta.url));

const SETTINGS = {
  'files.autoSave': 'off',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'update.mode': 'none',
  'extensions.ignoreRecommendations': true,
};

export interface WorkbenchOptions {
  /** code-server's entry file. */
  entry: string;
  /** Folder that the window shows. */
  folder: string;
  /** Kernel command with `{connection_file}` in it, and variables that the kernel gets besides. */
  kernel: { argv: string[]; env?: Record<string, string> };
  /** Folder of the zeromq package. */
  zeromq: string;
}

export interface CellState {
  kind: 'code' | 'markdown';
  success?: boolean;
  order?: number;
  outputs: { mime: string; bytes: number }[][];
}

interface Commands {
  open: { path: string };
  /** One cell, or all. Returns at once. */
  run: { cell?: number };
  /** Code of no cell; returns at once. */
  execute: { code: string };
  interrupt: undefined;
  reveal: { cell: number };
  save: undefined;
  close: undefined;
  state: undefined;
  text: { cell: number; mime: string };
  kernel: undefined;
  stop: undefined;
}

/** VS Code's workbench on a loopback port, with the tests' notebook controller as its only extension. */
export class Workbench {
  readonly url: string;
  readonly #server: ChildProcess;
  readonly #home: string;
  readonly #token: string;
  #log = '';

  private constructor(url: string, server: ChildProcess, home: string, token: string) {
    this.url = url;
    this.#server = server;
    this.#home = home;
    this.#token = token;
    const keep = (chunk: Buffer) => {
      this.#log = (this.#log + chunk.toString()).slice(-KEPT_LOG);
    };
    server.stdout?.on('data', keep);
    server.stderr?.on('data', keep);
  }

  static async start({ entry, folder, kernel, zeromq }: WorkbenchOptions): Promise<Workbench> {
    const home = mkdtempSync(join(tmpdir(), 'candlebook-vscode-'));
    const token = randomBytes(16).toString('hex');
    const extension = join(home, 'extensions', 'candlebook-tests.kernel-controller-1.0.0');
    const user = join(home, 'data', 'User');
    mkdirSync(user, { recursive: true });
    writeFileSync(join(user, 'settings.json'), JSON.stringify(SETTINGS));
    writeFileSync(join(home, 'config.yaml'), '{}\n');
    cpSync(controller, extension, { recursive: true });
    const portFile = join(home, 'control-port');
    writeFileSync(join(extension, 'config.json'), JSON.stringify({ ...kernel, zeromq, portFile, token }));
    const port = await freePort();
    const args = [
      entry,
      ...['--config', join(home, 'config.yaml'), '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
      ...[
        '--disable-telemetry',
        '--disable-update-check',
        '--disable-workspace-trust',
        '--disable-getting-started-override',
      ],
      ...['--user-data-dir', join(home, 'data'), '--extensions-dir', join(home, 'extensions'), folder],
    ];
    const env: NodeJS.ProcessEnv = { ...nodeFirst(), XDG_CACHE_HOME: join(home, 'cache') };
    const server = spawn(process.execPath, args, {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const url = `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`;
    const workbench = new Workbench(url, server, home, token);
    try {
      await workbench.#until('answers', async () => (await fetch(new URL('/healthz', url))).ok);
    } catch (error) {
      await workbench.stop();
      throw error;
    }
    return workbench;
  }

  /** Opens the window in a page and waits until the controller can be spoken to. */
  async open(page: Page): Promise<void> {
    rmSync(this.#portFile, { force: true });
    await page.goto(this.url);
    await this.#until('has started the notebook controller', () => existsSync(this.#portFile));
  }

  get #portFile(): string {
    return join(this.#home, 'control-port');
  }

  async #until(what: string, ready: () => boolean | Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + READY_MS; Date.now() < deadline; await sleep(100)) {
      if (this.#server.exitCode !== null)
        throw new Error(`code-server ended with ${this.#server.exitCode}:\n${this.#log}`);
      try {
        if (await ready()) return;
      } catch {
        // Not yet.
      }
    }
    throw new Error(`code-server: nothing that ${what} within ${READY_MS / 1000} s:\n${this.#log}`);
  }

  /** Asks the controller. */
  async ask<Name extends keyof Commands>(name: Name, argument?: Commands[Name]): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${readFileSync(this.#portFile, 'utf8')}/${name}`, {
      method: 'POST',
      headers: { authorization: this.#token },
      body: JSON.stringify(argument ?? {}),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${name}: ${answer}`);
    return answer;
  }

  async state(): Promise<CellState[]> {
    return (await this.ask('state')) as CellState[];
  }

  /** Waits until the cells' state is as wanted, and returns it. */
  async stateWhere(
    what: string,
    wanted: (cells: CellState[]) => boolean,
    timeout = 90_000,
  ): Promise<CellState[]> {
    let cells: CellState[] = [];
    for (const deadline = Date.now() + timeout; Date.now() < deadline; await sleep(100)) {
      cells = await this.state();
      if (wanted(cells)) return cells;
    }
    throw new Error(`${what}: not within ${timeout / 1000} s; the cells are ${JSON.stringify(cells)}`);
  }

  /** Ends code-server and all that it started, the kernel included. */
  async stop(): Promise<void> {
    await this.ask('stop').catch(() => undefined);
    if (
      this.#server.pid !== undefined &&
      this.#server.exitCode === null &&
      this.#server.signalCode === null
    ) {
      const ended = once(this.#server, 'exit');
      const group = -this.#server.pid;
      process.kill(group, 'SIGTERM');
      const late = setTimeout(() => process.kill(group, 'SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(late);
    }
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** The webview's frame in which a global of that name lives: outputs are drawn in frames of their own. */
export async function frameWith(page: Page, global: string, timeout = 30_000): Promise<Frame> {
  for (const deadline = Date.now() + timeout; Date.now() < deadline; await sleep(100)) {
    for (const frame of page.frames()) {
      // A frame that goes away while it is asked is not the one.
      const found = await frame.evaluate((name) => name in globalThis, global).catch(() => false);
      if (found) return frame;
    }
  }
  throw new Error(`no frame of the window has ${global} within ${timeout / 1000} s`);
}

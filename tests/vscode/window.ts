import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../fixtures/browser.ts';
import { notebookJson } from '../fixtures/jupyter.ts';
import { installCodeServer } from './install.ts';
import { Workbench } from './workbench.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
/** Pictures for whoever wants to look; kept out of version control. */
const artifacts = join(checkout, '.artifacts', 'vscode');
const require = createRequire(import.meta.url);
const modules = (...path: string[]) => join(checkout, 'node_modules', ...path);
const TYPESCRIPT = { name: 'tslab', language: 'typescript' };

/** A window of the workbench in a browser, on a folder of notebooks from which the checkout's packages are found. */
export class Window {
  readonly workbench: Workbench;
  readonly page: Page;
  readonly folder: string;
  readonly #browser: Browser;

  private constructor(workbench: Workbench, browser: Browser, page: Page, folder: string) {
    this.workbench = workbench;
    this.page = page;
    this.folder = folder;
    this.#browser = browser;
  }

  static async open(env: Record<string, string> = {}): Promise<Window> {
    const entry = await installCodeServer();
    mkdirSync(artifacts, { recursive: true });
    const folder = mkdtempSync(join(artifacts, 'notebooks-'));
    const argv = [
      process.execPath,
      modules('tslab', 'bin', 'tslab'),
      'kernel',
      '--config-path',
      '{connection_file}',
    ];
    const zeromq = dirname(require.resolve('zeromq/package.json', { paths: [modules('tslab')] }));
    const workbench = await Workbench.start({ entry, folder, kernel: { argv, env }, zeromq });
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
      await workbench.open(page);
      return new Window(workbench, browser, page, folder);
    } catch (error) {
      await browser.close();
      await workbench.stop();
      throw error;
    }
  }

  /** Writes a notebook of code cells into the folder, opens it, and returns its path. */
  async openNotebook(name: string, cells: string[]): Promise<string> {
    return this.openFile(name, notebookJson(TYPESCRIPT, cells));
  }

  async openFile(name: string, json: string): Promise<string> {
    const path = join(this.folder, name);
    writeFileSync(path, json);
    await this.workbench.ask('open', { path });
    return path;
  }

  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(artifacts, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.workbench.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

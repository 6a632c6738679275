import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Launched, notebooksCopy } from '../fixtures/demo.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlebook-launch-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a launch script that is to fail; what it said. */
async function refused(script: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const launched = new Launched(script, args, env);
  expect(await launched.exit).toBe(1);
  // No URL, and no stack of ours.
  expect(launched.stdout).toBe('');
  expect(launched.stderr).not.toMatch(/\n\s+at /);
  return launched.stderr;
}

const network = (how: string): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import=${new URL('blocked.mjs', import.meta.url).href}`,
  CANDLEBOOK_TEST_NETWORK: how,
  CANDLEBOOK_HOST: '',
  CANDLEBOOK_EXCHANGE_URL: '',
});

describe('npm start where Binance does not answer', () => {
  test('says that the region is blocked, and what else there is', async () => {
    const said = await refused('start.mjs', ['--no-browser', '--host', 'binance.com'], network('451'));
    expect(said).toMatch(/✗ REGION_BLOCKED: .*api\.binance\.com.*451/);
    expect(said).toMatch(/→ .*data-only/);
  }, 90_000);

  test('says that the host can not be reached, and why', async () => {
    const said = await refused('start.mjs', ['--no-browser'], network('ENOTFOUND'));
    expect(said).toMatch(/✗ HOST_UNREACHABLE: .*api\.binance\.us.*ENOTFOUND/s);
    expect(said).toMatch(/→ /);
  }, 90_000);

  test('does not take the embedded exchange for live data', async () => {
    const said = await refused('start.mjs', ['--no-browser'], { CANDLEBOOK_HOST: 'simulated' });
    expect(said).toMatch(/The settings name the embedded exchange\.\n {2}→ .*npm run demo/);
  }, 90_000);
});

describe('what a user may get wrong', () => {
  test('a broken settings file: the file, what is wrong with it, an example', async () => {
    const file = join(folder, 'settings.json');
    writeFileSync(file, '{ "host": ');
    const said = await refused('start.mjs', ['--no-browser'], { CANDLEBOOK_SETTINGS: file });
    expect(said).toContain(`SETTINGS_UNREADABLE: The settings file ${file} is not JSON`);
    expect(said).toMatch(/→ Mend it, for example \{ "host": "data-only"/);
  }, 90_000);

  test('a port in use: the port, and what to do', async () => {
    const server: Server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    try {
      const said = await refused('demo.mjs', ['--no-browser', '--port', String(port)]);
      expect(said).toMatch(new RegExp(`✗ Port ${port} is in use\\.\\n {2}→ Choose another with --port`));
    } finally {
      server.close();
    }
  }, 90_000);

  test.each([
    [['--port', 'eighty'], /--port is "eighty"\.\n {2}→ Allowed: a number from 1 to 65535/],
    [['--port', '8080.5'], /--port is "8080\.5"\.\n {2}→ Allowed: a whole number/],
    [['--prot', '80'], /Unknown option '--prot'.*\n {2}→ See the options with -- --help/],
    [['--folder', '/nowhere'], /nowhere is not there\.\n {2}→ Give --folder a folder of notebooks/],
  ])(
    '%j',
    async (args, message) => {
      expect(await refused('demo.mjs', ['--no-browser', ...args])).toMatch(message);
    },
    90_000,
  );

  test('asking for help is no mistake', async () => {
    const launched = new Launched('demo.mjs', ['--help']);
    expect(await launched.exit).toBe(0);
    expect(launched.stdout).toMatch(/--no-browser[\s\S]*Example: npm run demo/);
  });
});

/** Ids of all processes below one. */
function below(pid: number): number[] {
  const parents = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const children = parents.filter(([, parent]) => parent === pid).map(([child]) => child!);
  return children.flatMap((child) => [child, ...below(child)]);
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test.skipIf(process.platform === 'win32')(
  'Ctrl-C ends all that the demo started, kernels too',
  async () => {
    const { folder: notebooks, remove } = notebooksCopy();
    const demo = new Launched('demo.mjs', ['--no-browser', '--folder', notebooks]);
    try {
      const url = new URL((await demo.printed('stdout', /http:\S+/))[0]);
      const kernel = await fetch(new URL('/api/kernels', url), {
        method: 'POST',
        headers: { authorization: `token ${url.searchParams.get('token')}` },
        body: '{"name":"tslab"}',
      });
      expect(kernel.status).toBe(201);
      const started = below(demo.process.pid!);
      // The exchange, JupyterLab, the kernel.
      expect(started.length).toBeGreaterThanOrEqual(3);
      expect(await demo.interrupt()).toBe(0);
      await expect.poll(() => started.filter(alive), { timeout: 10_000 }).toEqual([]);
      await expect(fetch(url)).rejects.toThrow();
    } finally {
      await demo.interrupt();
      remove();
    }
  },
  120_000,
);

test.skipIf(process.platform === 'win32')(
  'Ctrl-C while the demo still starts leaves nothing behind either',
  async () => {
    const demo = new Launched('demo.mjs', ['--no-browser']);
    await demo.printed('stderr', /simulated market at/);
    const started = below(demo.process.pid!);
    expect(started.length).toBeGreaterThanOrEqual(1);
    expect(await demo.interrupt()).toBe(0);
    await expect.poll(() => started.filter(alive), { timeout: 10_000 }).toEqual([]);
  },
  60_000,
);

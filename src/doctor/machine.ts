import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Settings } from '../configuration/index.ts';
import type { Check } from './finding.ts';

const execute = promisify(execFile);

const LEAST_NODE = [22, 19] as const;
const LEAST_PYTHON = [3, 9] as const;
/** Free space below which a run is in danger, and below which it is not advised. */
const NO_SPACE = 200e6;
const LITTLE_SPACE = 2e9;

export function nodeCheck(version = process.versions.node): Check {
  return {
    name: 'Node',
    look: async () =>
      isAtLeast(version, LEAST_NODE)
        ? { status: 'ok', found: version }
        : {
            status: 'fail',
            found: `${version}, too old`,
            advice: `Install Node ${LEAST_NODE.join('.')} or newer; in a checkout, npm run setup brings one.`,
          },
  };
}

/** The Python that JupyterLab runs on: only notebooks need it. */
export function pythonCheck(env: NodeJS.ProcessEnv): Check {
  return {
    name: 'Python',
    look: async () => {
      const python = await firstWorking(pythons(env), ['--version']);
      if (!python)
        return {
          status: 'warn',
          found: 'none found',
          advice: `Notebooks need Python ${LEAST_PYTHON.join('.')} or newer: install python3; scripts and commands do without.`,
        };
      const version = /\d+\.\d+(?:\.\d+)?/.exec(python.output)?.[0] ?? '0';
      if (isAtLeast(version, LEAST_PYTHON)) return { status: 'ok', found: `${version} at ${python.path}` };
      return {
        status: 'warn',
        found: `${version} at ${python.path}, too old`,
        advice: `Install Python ${LEAST_PYTHON.join('.')} or newer for notebooks.`,
      };
    },
  };
}

/** Jupyter and the TypeScript kernel. */
export function kernelCheck(env: NodeJS.ProcessEnv): Check {
  return {
    name: 'Kernel',
    look: async () => {
      const own = join(process.cwd(), '.venv', process.platform === 'win32' ? 'Scripts' : 'bin', 'jupyter');
      const listed = await firstWorking([own, 'jupyter'], ['kernelspec', 'list', '--json'], env);
      if (!listed)
        return {
          status: 'warn',
          found: 'Jupyter is not installed',
          advice:
            'For notebooks run npm start in the checkout, or pip install jupyterlab and npx tslab install.',
        };
      const { kernelspecs } = JSON.parse(listed.output) as { kernelspecs: Record<string, unknown> };
      if ('tslab' in kernelspecs) return { status: 'ok', found: `tslab, in ${listed.path}` };
      return {
        status: 'warn',
        found: `${listed.path} has no TypeScript kernel (${Object.keys(kernelspecs).join(', ')})`,
        advice: 'Run npm run setup in the checkout, or npx tslab install where Jupyter is.',
      };
    },
  };
}

/** A browser for notebooks and the served page. */
export function browserCheck(env: NodeJS.ProcessEnv): Check {
  return {
    name: 'Browser',
    look: async () => {
      const found = browsers(env).find((path) => existsSync(path));
      if (found) return { status: 'ok', found };
      return {
        status: 'warn',
        found: 'none found on this machine',
        advice:
          'Open notebooks and the page from another machine, or install Chromium (CANDLEBOOK_BROWSER names another).',
      };
    },
  };
}

/** Where the tables lie, when that is a folder. */
export function diskCheck({ tables }: Settings): Check {
  return {
    name: 'Disk',
    look: async () => {
      if (/^abfss?:/.test(tables)) return { status: 'skip', found: 'the tables lie in ADLS' };
      let folder = resolve(tables);
      while (!existsSync(folder)) folder = dirname(folder);
      try {
        accessSync(folder, constants.W_OK);
      } catch {
        return {
          status: 'fail',
          found: `${folder} can not be written`,
          advice:
            'Give this user the right to write there, or set tables (CANDLEBOOK_TABLES) to another folder.',
        };
      }
      const { bavail, bsize } = statfsSync(folder);
      const free = bavail * bsize;
      const found = `${(free / 1e9).toFixed(1)} GB free for ${resolve(tables)}`;
      if (free >= LITTLE_SPACE) return { status: 'ok', found };
      return {
        status: free < NO_SPACE ? 'fail' : 'warn',
        found,
        advice: 'Make room, run candlebook table vacuum, or set tables to another disk.',
      };
    },
  };
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

function pythons(env: NodeJS.ProcessEnv): string[] {
  const { CANDLEBOOK_PYTHON } = env;
  const own =
    process.platform === 'win32' ? join('.venv', 'Scripts', 'python.exe') : join('.venv', 'bin', 'python');
  return [...(CANDLEBOOK_PYTHON ? [CANDLEBOOK_PYTHON] : []), resolve(own), 'python3', 'python'];
}

function browsers(env: NodeJS.ProcessEnv): string[] {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome', 'microsoft-edge', 'firefox'];
  const inPath = (env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)));
  return [
    ...(env.CANDLEBOOK_BROWSER ? [env.CANDLEBOOK_BROWSER] : []),
    ...inPath,
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Safari.app/Contents/MacOS/Safari',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ];
}

async function firstWorking(
  commands: readonly string[],
  args: string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ path: string; output: string } | undefined> {
  for (const path of commands) {
    try {
      const { stdout, stderr } = await execute(path, args, { timeout: 10_000, env });
      return { path, output: stdout || stderr };
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

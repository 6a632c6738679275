import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, builtFrom, sourceHash } from './build.mjs';
import { LaunchError, runMain } from './failure.mjs';
import { inRoot, KERNEL_FOLDER, packagedNode, VENV, VENV_PYTHON, WINDOWS } from './paths.mjs';
import { run } from './processes.mjs';
import { commandStep, step } from './steps.mjs';

const LEAST_NODE = 20;
/** @type {[number, number]} */
const LEAST_PYTHON = [3, 9];

/**
 * Brings the checkout to readiness; what is ready already is left alone.
 * @param {{ python?: boolean, tests?: boolean }} [wanted] `python`: the .venv with JupyterLab and the kernel;
 *   `tests`: also the Python readers that the tests use
 */
export async function setup({ python = true, tests = false } = {}) {
  checkNode();
  await packages();
  link();
  if (builtFrom() !== sourceHash()) await build();
  if (!python) return;
  await environment();
  await requirements('JupyterLab and what it needs', 'requirements.txt');
  if (tests) await requirements('Python readers for the tests', 'requirements-test.txt');
  kernelSpec();
}

function checkNode() {
  if (Number(process.versions.node.split('.')[0]) >= LEAST_NODE) return;
  throw new LaunchError(
    `Node ${process.versions.node} is too old.`,
    `Install Node ${LEAST_NODE} or newer and run the command again.`,
  );
}

/** @param {string} text */
const hash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** @param {string} path */
const readIfThere = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

async function packages() {
  const stamp = inRoot('node_modules', '.candlebook-stamp');
  const wanted = hash(readFileSync(inRoot('package-lock.json'), 'utf8'));
  if (readIfThere(stamp) === wanted) return;
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : [WINDOWS ? 'npm.cmd' : 'npm', []];
  await commandStep(
    'Installing npm packages',
    command,
    [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      next: 'Read the lines above; `npm ci` shows the same by itself.',
    },
  );
  writeFileSync(stamp, wanted);
}

/** Notebooks import the package by its own name, as they would in anyone's project. */
function link() {
  const path = inRoot('node_modules', 'candlebook');
  if (lstatSync(path, { throwIfNoEntry: false })) return;
  symlinkSync(WINDOWS ? inRoot() : '..', path, WINDOWS ? 'junction' : 'dir');
}

async function environment() {
  if (existsSync(VENV_PYTHON) && (await run(VENV_PYTHON, ['-c', 'pass'])).code === 0) return;
  rmSync(VENV, { recursive: true, force: true });
  const [command, ...first] = await findPython();
  await commandStep('Creating .venv', command, [...first, '-m', 'venv', VENV], {
    next: 'Python’s venv module is missing or broken; on Debian and Ubuntu: apt install python3-venv.',
  });
}

/** @returns {Promise<[string, ...string[]]>} the command that starts a Python that is new enough */
async function findPython() {
  /** @type {[string, ...string[]][]} */
  const candidates = WINDOWS ? [['py', '-3'], ['python'], ['python3']] : [['python3'], ['python']];
  const old = [];
  for (const [command, ...args] of candidates) {
    const { code, output } = await run(command, [...args, '-c', 'import sys; print(*sys.version_info[:2])']);
    if (code !== 0) continue;
    const [major = 0, minor = 0] = output.trim().split(' ').map(Number);
    if (major > LEAST_PYTHON[0] || (major === LEAST_PYTHON[0] && minor >= LEAST_PYTHON[1]))
      return [command, ...args];
    old.push(`${command} is ${major}.${minor}`);
  }
  throw new LaunchError(
    `No Python ${LEAST_PYTHON.join('.')} or newer was found${old.length ? ` (${old.join(', ')})` : ''}.`,
    'Install Python 3 (with its venv module) and run the command again.',
  );
}

/** @param {string} title @param {string} file */
async function requirements(title, file) {
  const list = inRoot('src', 'launch', file);
  const stamp = join(VENV, `.${file}`);
  const wanted = hash(readFileSync(list, 'utf8'));
  if (readIfThere(stamp) === wanted) return;
  const pip = [
    '-m',
    'pip',
    'install',
    '--disable-pip-version-check',
    '--no-input',
    '--quiet',
    '--requirement',
    list,
  ];
  await commandStep(`Installing ${title}`, VENV_PYTHON, pip, {
    next: 'Read the lines above; pip’s own message says what is missing.',
  });
  writeFileSync(stamp, wanted);
}

/** The TypeScript kernel, with Plotly beside it so that the Jupyter server hands it to the page. */
function kernelSpec() {
  const spec = {
    argv: [
      packagedNode(),
      inRoot('node_modules', 'tslab', 'bin', 'tslab'),
      'kernel',
      '--config-path',
      '{connection_file}',
    ],
    display_name: 'TypeScript (candlebook)',
    language: 'typescript',
    interrupt_mode: 'signal',
  };
  const text = `${JSON.stringify(spec, null, 2)}\n`;
  const file = join(KERNEL_FOLDER, 'kernel.json');
  const plotly = join(KERNEL_FOLDER, 'plotly.min.js');
  const library = inRoot('node_modules', 'plotly.js-dist-min', 'plotly.min.js');
  if (
    readIfThere(file) === text &&
    lstatSync(plotly, { throwIfNoEntry: false })?.size === lstatSync(library).size
  )
    return;
  mkdirSync(KERNEL_FOLDER, { recursive: true });
  copyFileSync(library, plotly);
  chmodSync(plotly, 0o644);
  writeFileSync(file, text);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runMain(async () => {
    const tests = process.argv.includes('--tests');
    if (process.argv.includes('--help')) {
      console.log(
        'npm run setup [-- --tests]\n\nInstalls what is missing: packages, build, .venv with JupyterLab and the kernel.\n  --tests   also what the tests need\n\nExample: npm run setup',
      );
      return 0;
    }
    await step('Setting up', () => setup({ tests }));
    return 0;
  });
}

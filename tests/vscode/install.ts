import { accessSync, chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cacheFolder } from '../fixtures/cache.ts';
import { run, step } from '../fixtures/step.ts';

/** VS Code's workbench as an npm package; pinned, because the renderers' behaviour is what is tested. */
export const CODE_SERVER = '4.139.1';

/** Debian packages that code-server's native modules are compiled with, and a file by which each is known. */
const HEADERS: [apt: string, file: string][] = [
  ['libkrb5-dev', '/usr/include/gssapi/gssapi.h'],
  ['build-essential', '/usr/bin/g++'],
  ['python3', '/usr/bin/python3'],
];

/** This Node first on the path: code-server is built for the Node that will run it. */
export function nodeFirst(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: dirname(process.execPath) + delimiter + (process.env.PATH ?? '') };
}

/** Path of code-server's entry file; the first call installs it (about 3 minutes), later calls find it. */
export async function installCodeServer(): Promise<string> {
  const nodeMajor = process.versions.node.split('.')[0];
  if (nodeMajor !== '24')
    throw new Error(
      `code-server ${CODE_SERVER} runs on Node 24, this is ${process.version}: start with "npm run test:vscode"`,
    );
  const folder = cacheFolder(`code-server-${CODE_SERVER}-node-${process.version}`);
  const home = join(folder, 'node_modules', 'code-server');
  const entry = join(home, 'out', 'node', 'entry.js');
  const finished = join(folder, 'finished');
  if (existsSync(finished)) return entry;

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  await installHeaders();
  const env = {
    ...nodeFirst(),
    npm_config_user_agent: `npm/11 node/${process.version} ${process.platform} ${process.arch}`,
  };
  await step(`VS Code 1/3: code-server ${CODE_SERVER} from npm (about 20 s)`, () =>
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `code-server@${CODE_SERVER}`], {
      cwd: folder,
      env,
    }),
  );
  for (const name of readdirSync(join(folder, 'node_modules', 'cross-env', 'dist', 'bin')))
    if (name.endsWith('.js'))
      chmodSync(join(folder, 'node_modules', 'cross-env', 'dist', 'bin', name), 0o755);
  await step('VS Code 2/3: argon2', () => run('npm', ['rebuild', 'argon2'], { cwd: folder, env }));
  await step('VS Code 3/3: native modules and extensions (about 3 minutes, once)', () =>
    run('sh', ['./postinstall.sh'], { cwd: home, env }),
  );
  accessSync(entry);
  writeFileSync(finished, '');
  return entry;
}

async function installHeaders(): Promise<void> {
  if (process.platform !== 'linux') return;
  const missing = HEADERS.filter(([, file]) => !existsSync(file)).map(([apt]) => apt);
  if (missing.length === 0) return;
  const hint = `apt-get install -y ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error(
      `code-server needs ${missing.join(', ')} to compile its native modules. As root: ${hint}`,
    );
  await step(`VS Code: ${hint}`, async () => {
    await run('apt-get', ['update']);
    await run('apt-get', ['install', '-y', '--no-install-recommends', ...missing], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  });
}

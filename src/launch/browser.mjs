import { existsSync } from 'node:fs';
import { LaunchError } from './failure.mjs';
import { inRoot, packagedNode, WINDOWS } from './paths.mjs';
import { run } from './processes.mjs';
import { commandStep } from './steps.mjs';

/**
 * Finds a Chromium for the browser tests, or installs one: Debian's package as root, else Playwright's build.
 * @returns {Promise<{ CANDLEBOOK_BROWSER?: string }>} the variable by which the tests find it
 */
export async function ensureBrowser() {
  const found = await findBrowser();
  if (found) return { CANDLEBOOK_BROWSER: found };
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    await commandStep(
      'Installing Chromium',
      'sh',
      ['-c', 'apt-get update -qq && apt-get install -y -qq chromium'],
      {
        next: 'Install a Chromium or Chrome, or set CANDLEBOOK_BROWSER to its path.',
      },
    );
  } else {
    await commandStep(
      'Installing Chromium',
      packagedNode(),
      [inRoot('node_modules', 'playwright-core', 'cli.js'), 'install', 'chromium'],
      {
        next: 'Install a Chromium or Chrome, or set CANDLEBOOK_BROWSER to its path.',
      },
    );
  }
  const installed = await findBrowser();
  if (installed) return { CANDLEBOOK_BROWSER: installed };
  throw new LaunchError(
    'No browser was found for the tests.',
    'Install a Chromium or Chrome, or set CANDLEBOOK_BROWSER to its path.',
  );
}

/** @returns {Promise<string | undefined>} */
async function findBrowser() {
  const { chromium } = await import('playwright-core');
  const usual = [
    process.env.CANDLEBOOK_BROWSER,
    chromium.executablePath(),
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ];
  const there = usual.find((path) => path && existsSync(path));
  if (there || WINDOWS) return there;
  const { code, output } = await run('sh', [
    '-c',
    'command -v chromium || command -v google-chrome || command -v chrome',
  ]);
  return code === 0 ? output.trim().split('\n')[0] : undefined;
}

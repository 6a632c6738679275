import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    // The workbench suite needs an installation of its own, so it runs by its own command.
    include:
      process.env.CANDLEBOOK_SUITE === 'vscode' ? ['tests/vscode/**/*.test.ts'] : ['tests/**/*.test.ts'],
    exclude: process.env.CANDLEBOOK_SUITE === 'vscode' ? [] : ['tests/vscode/**'],
    // Installs the workbench where it is missing, before the files that need it run beside each other.
    globalSetup: process.env.CANDLEBOOK_SUITE === 'vscode' ? ['tests/vscode/global-setup.ts'] : [],
    // Most of them wait for processes, sockets and pages: one more than the smallest machine has cores.
    maxWorkers: process.env.CANDLEBOOK_SUITE === 'vscode' ? 1 : 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    restoreMocks: true,
  },
});

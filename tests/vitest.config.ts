import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    // The workbench suite needs an installation of its own, so it runs by its own command.
    include:
      process.env.CANDLEBOOK_SUITE === 'vscode' ? ['tests/vscode/**/*.test.ts'] : ['tests/**/*.test.ts'],
    exclude: process.env.CANDLEBOOK_SUITE === 'vscode' ? [] : ['tests/vscode/**'],
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    restoreMocks: true,
  },
});

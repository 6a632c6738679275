#!/usr/bin/env node
/*
 * What a shell starts as `candlebook`. It has no imports of its own and no new syntax: a Node that is too old for the rest
 * reads it, and says so.
 */
const LEAST = '22.19';
/** Commands that go on for months. */
const LASTING = ['run', 'serve', 'record', 'publish'];
/**
 * By its own defaults V8 lets garbage lie until a process of 35 MB takes half a gigabyte. With these it takes 0.2 GB, and
 * still has room for the half million rows that may wait for a storage that is away. The collector is exposed so that what
 * a burst took can be given back.
 */
const MEMORY = ['--max-semi-space-size=16', '--max-old-space-size=512', '--expose-gc'];
const { node } = process.versions;

if (numberOf(node) < numberOf(LEAST)) {
  process.stderr.write(
    `candlebook needs Node ${LEAST} or newer, and this is ${node}.\n` +
      'Install one from https://nodejs.org, or with a version manager: nvm install 24, fnm install 24, volta install node@24.\n' +
      'In a checkout, npm run setup brings a Node of its own.\n',
  );
  process.exitCode = 1;
} else {
  if (LASTING.indexOf(String(process.argv[2])) >= 0 && !isMemoryStated()) beginAgain();
  import('./cli.ts');
}

/** 22.19.1 is 22019. */
function numberOf(version: string): number {
  const parts = version.split('.');
  return Number(parts[0]) * 1000 + Number(parts[1]);
}

/** Whoever starts Node with limits of his own knows better. */
function isMemoryStated(): boolean {
  return /--max-(?:semi|old)-space-size/.test(`${process.execArgv} ${process.env.NODE_OPTIONS}`);
}

/** The same process with limits on its memory; where a system has no way to do that (Windows), it goes on without. */
function beginAgain(): void {
  const { execve, execPath, execArgv, argv } = process;
  if (typeof execve !== 'function' || process.send) return;
  execve.call(process, execPath, [execPath].concat(execArgv, MEMORY, argv.slice(1)), process.env);
}

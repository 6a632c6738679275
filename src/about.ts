import { readFileSync } from 'node:fs';

/** Versions of what a notebook runs on, in one line; for the first cell of a notebook and for bug reports. */
export function about(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return `candlebook ${version} on Node ${process.versions.node}`;
}

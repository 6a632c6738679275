import { readFileSync } from 'node:fs';

let version: string | undefined;

/** Of this package. */
export function packageVersion(): string {
  version ??= (
    JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  ).version;
  return version;
}

/** Versions of what a notebook runs on, in one line; for the first cell of a notebook and for bug reports. */
export function about(): string {
  return `candlebook ${packageVersion()} on Node ${process.versions.node}`;
}

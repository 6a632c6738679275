import { readFileSync } from 'node:fs';

/** Who wrote a commit or a data file, as `name/version`. */
export const ENGINE: string = `candlebook/${ownVersion()}`;

function ownVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return JSON.parse(text).version;
}

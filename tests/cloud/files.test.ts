import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { offeredCloudFiles, writeCloudFiles } from '../../src/cloud/files.ts';
import { candlebook } from '../fixtures/cli.ts';

const here = (path: string) => fileURLToPath(new URL(`../../src/cloud/${path}`, import.meta.url));
const SOURCES = {
  pipeline: here('pipeline'),
  bundle: here('databricks/bundle'),
  azure: here('azure'),
  'power-bi': here('power-bi'),
};
/** What the Azure files take of the telemetry's. */
const TELEMETRY: Record<string, string> = {
  [join('telemetry', 'azure-alert-rules.json')]: here('../telemetry/definitions/azure-alert-rules.json'),
  [join('telemetry', 'azure-workbook.json')]: here('../telemetry/definitions/azure-workbook.json'),
};
const IS_OURS = /\.ts$|__pycache__/;

let to: string;
beforeEach(() => {
  to = mkdtempSync(join(tmpdir(), 'candlebook-files-'));
});
afterEach(() => rmSync(to, { recursive: true }));

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile() && !IS_OURS.test(path))
    .sort();
}

const offered = offeredCloudFiles().map(({ name }) => name);

test('each folder with files is offered', () => {
  const present = Object.entries(SOURCES)
    .filter(([, folder]) => existsSync(folder) && filesIn(folder).length > 0)
    .map(([name]) => name);
  expect(offered).toEqual(present);
});

describe.each(offered)('%s', (name) => {
  test('is written byte for byte, without our own code', () => {
    const written = writeCloudFiles({ to, names: [name] }).map((path) => relative(join(to, name), path));
    const also = name === 'azure' ? Object.keys(TELEMETRY) : [];
    expect(written.sort()).toEqual([...filesIn(SOURCES[name]), ...also].sort());
    for (const path of written) {
      const source = TELEMETRY[path] ?? join(SOURCES[name], path);
      expect(readFileSync(join(to, name, path)).equals(readFileSync(source))).toBe(true);
    }
  });

  test('what is there with the same text is left alone; what differs is refused, then forced', () => {
    const [first] = writeCloudFiles({ to, names: [name] });
    expect(writeCloudFiles({ to, names: [name] })).toEqual([]);
    writeFileSync(first!, 'mine');
    expect(() => writeCloudFiles({ to, names: [name] })).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining(first!) }),
    );
    expect(readFileSync(first!, 'utf8')).toBe('mine');
    expect(writeCloudFiles({ to, names: [name], force: true })).toEqual([first]);
  });
});

test('a file in the place of the folder is said in a sentence', () => {
  writeFileSync(join(to, 'file'), 'mine');
  expect(() => writeCloudFiles({ to: join(to, 'file') })).toThrow(
    expect.objectContaining({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(/can not be written: ENOTDIR.*folder/),
    }),
  );
  expect(readFileSync(join(to, 'file'), 'utf8')).toBe('mine');
});

test('the command writes all, says which, and refuses a name that there is not', async () => {
  const { ended, output } = candlebook(['cloud', 'files', '--to', to, '--json']);
  expect([await ended, output.err]).toEqual([[0, null], '']);
  expect(
    JSON.parse(output.out)
      .written.map((path: string) => relative(to, path))
      .sort(),
  ).toEqual(filesIn(to));
  const stranger = candlebook(['cloud', 'files', 'kubernetes', '--to', to]);
  expect((await stranger.ended)[0]).toBe(2);
});

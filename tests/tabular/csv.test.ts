import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { csvLine, writeWhole } from '../../src/tabular/index.ts';
import { temporaryFolder } from '../store/folder.ts';

test('a line of CSV: what has to be quoted, nothing and an empty text, numbers to the last digit', () => {
  expect(csvLine(['a', 'b,c', 'd"e', 'f\ng', 'h\ri'])).toBe('a,"b,c","d""e","f\ng","h\ri"\n');
  expect(csvLine([null, '', 0.1 + 0.2, 2n ** 63n, true, -0.5])).toBe(
    ',"",0.30000000000000004,9223372036854775808,true,-0.5\n',
  );
  expect(csvLine([Number.NaN, Number.NEGATIVE_INFINITY])).toBe('NaN,-Infinity\n');
});

test('formulas are disarmed for spreadsheets only, and numbers never', () => {
  expect(csvLine(['=1+1', '@x', '-a', -1])).toBe('=1+1,@x,-a,-1\n');
  expect(csvLine(['=1+1', '@x', '-a', -1], { spreadsheet: true })).toBe("'=1+1,'@x,'-a,-1\n");
});

test('a file is replaced whole, or stays as it was', async () => {
  const file = join(temporaryFolder(), 'a.txt');
  await writeFile(file, 'old');
  const failing = writeWhole(file, async (part) => {
    await writeFile(part, 'half');
    throw new RangeError('of the writer');
  });
  await expect(failing).rejects.toThrow(RangeError);
  expect(await readFile(file, 'utf8')).toBe('old');
  expect(await writeWhole(file, (part) => writeFile(part, 'new').then(() => 7))).toBe(7);
  expect(await readFile(file, 'utf8')).toBe('new');
  expect(await readdir(join(file, '..'))).toEqual(['a.txt']);
  await mkdir(`${file}.d`);
  const refused = writeWhole(join(`${file}.d`, 'no', 'x'), (part) => writeFile(part, ''));
  await expect(refused).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringMatching(/ENOENT/),
  });
});

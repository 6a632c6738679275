/*
 * Pictures of every figure, for people to look at: three widths, 1, 7 and 12 coins, every theme.
 * Usage: npx node tests/dashboard/figures/gallery.ts [folder] [filter of names]
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawFigures, figurePage } from './browser-page.ts';
import { sheets } from './sheets.ts';

const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'candlebook-figures-'));
const filter = process.argv[3] ?? '';
const { browser, page } = await figurePage();
try {
  for (const sheet of sheets()) {
    if (!sheet.name.includes(filter)) continue;
    await page.setViewportSize({ width: sheet.width, height: 600 });
    await drawFigures(page, sheet.shown);
    await page.screenshot({ path: join(folder, `${sheet.name}.png`), fullPage: true });
  }
} finally {
  await browser.close();
}
console.log(`Pictures in ${folder}`);

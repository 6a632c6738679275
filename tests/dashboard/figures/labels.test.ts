import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawFigures, figurePage, type Shown } from './browser-page.ts';
import { faultyLabels } from './label-boxes.ts';
import { sheets } from './sheets.ts';

let browser: Browser;
let page: Page;
beforeAll(async () => {
  ({ browser, page } = await figurePage());
});
afterAll(() => browser?.close());

// Geometry does not depend on the theme.
const light = sheets().filter((sheet) => sheet.name.startsWith('light'));

test.each(light)('no label is cut off or lies upon another: $name', async ({ shown, width }) => {
  await page.setViewportSize({ width, height: 900 });
  await drawFigures(page, shown);
  expect(await faultyLabels(page)).toEqual([]);
});

test.each(light.filter(({ name }) => name.startsWith('light-360')))(
  'nor in a wide typeface: $name',
  async ({ shown, width }) => {
    await page.setViewportSize({ width, height: 900 });
    await drawFigures(page, shown.map(inWideType));
    expect(await faultyLabels(page)).toEqual([]);
  },
);

/** Where none of the usual faces is installed, the browser takes one that is an eighth wider. */
function inWideType(shown: Shown): Shown {
  const { figure } = shown;
  const font = { ...figure.layout.font, family: 'DejaVu Sans, Verdana, sans-serif' };
  return { ...shown, figure: { ...figure, layout: { ...figure.layout, font } } };
}

test('the measurement sees labels that overlap and labels that are cut off', async () => {
  const [first] = light.find((sheet) => sheet.name === 'light-360-7')!.shown;
  const { figure } = first!;
  const annotation = {
    ...figure.layout.annotations[0]!,
    x: 0,
    xshift: 0,
    yshift: 12,
    xanchor: 'left' as const,
  };
  const doubled = {
    ...figure,
    layout: { ...figure.layout, annotations: [annotation, { ...annotation, y: 2 }] },
  };
  await drawFigures(page, [{ ...first!, figure: doubled }]);
  const faults = await faultyLabels(page);
  expect(faults.some((fault) => fault.includes('upon'))).toBe(true);
  expect(faults.some((fault) => fault.includes('cut off'))).toBe(true);
});

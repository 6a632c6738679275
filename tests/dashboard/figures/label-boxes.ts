import type { Page } from 'playwright-core';

/** In words, every text on the page that leaves its figure or lies upon another text of it. */
export function faultyLabels(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    for (const figure of document.body.children) {
      const frame = figure.getBoundingClientRect();
      const texts = [...figure.querySelectorAll('text')]
        .map((element) => ({ text: element.textContent ?? '', box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && box.height > 0);
      texts.forEach(({ text, box }, i) => {
        if (
          box.left < frame.left ||
          box.right > frame.right ||
          box.top < frame.top ||
          box.bottom > frame.bottom
        ) {
          faults.push(`${figure.id}: "${text}" is cut off`);
        }
        for (const other of texts.slice(i + 1)) {
          // A line's box is a little taller than its letters.
          const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
          const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
          if (across > 0.5 && down > 2) faults.push(`${figure.id}: "${text}" lies upon "${other.text}"`);
        }
      });
    }
    return faults;
  });
}

import { randomUUID } from 'node:crypto';
import { findKernel } from './kernel.ts';

/**
 * A line of text in the running cell that can be replaced; it stays in the notebook as it was last shown.
 * @throws CandlebookError KERNEL_MISSING in a plain script
 */
export function textDisplay(): (text: string) => void {
  const kernel = findKernel();
  const id = randomUUID();
  let shown = false;
  return (text) => {
    const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const html = `<pre role="status" style="margin:0;white-space:pre-wrap">${escaped}</pre>`;
    kernel.write(id, { 'text/plain': text, 'text/html': html }, shown);
    shown = true;
  };
}

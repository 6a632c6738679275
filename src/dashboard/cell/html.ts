import { readFileSync } from 'node:fs';
import type { Mount, Tick } from '../wire.ts';
import { PAGE_GLOBAL } from '../wire.ts';

let script: string | undefined;

/** The page's script as one text, from the build. */
function pageScript(): string {
  if (script === undefined) {
    const built = import.meta.url.includes('/src/dashboard/')
      ? '../../../dist/dashboard/page.js'
      : '../page.js';
    script = readFileSync(new URL(built, import.meta.url), 'utf8');
  }
  return script;
}

/** JSON that may stand in a script element. */
function literal(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);
}

/**
 * The figure output: a place with a plain note and a picture (SVG) for whoever opens the file without running it,
 * and the scripts, which put the board there.
 */
export function figureHtml(mount: Mount, note: string, svg?: string): string {
  const image = svg
    ? `<img alt="${escapeHtml(mount.content.title)}" src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}" style="max-width:100%">`
    : '';
  return (
    `<div data-candlebook="${mount.board}">${image}<p>${escapeHtml(note)}</p></div>` +
    `<script>${pageScript().replace(/<\/(script)/gi, '<\\/$1')}</script>` +
    `<script>window.${PAGE_GLOBAL}&&${PAGE_GLOBAL}.mount(document.currentScript,${literal(mount)})</script>`
  );
}

/** A tick as an output of its own, for front ends where the page has no channel. */
export function tickHtml(tick: Tick): string {
  return `<script>(function(w,t){w.tick?w.tick(t):(w.early=w.early||[]).push(t)})(window.${PAGE_GLOBAL}=window.${PAGE_GLOBAL}||{},${literal(tick)})</script>`;
}

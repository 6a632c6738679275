import type { Mount } from '../dashboard/wire.ts';
import type { DataSource } from '../market/index.ts';
import { INTERVALS } from '../market/index.ts';
import { colorScheme, THEMES, type View, type ViewChoices } from './view.ts';

/** What the page is handed with its own text, so that the first picture needs no further request. */
export interface PageStart {
  readonly mount: Mount;
  readonly view: View;
  readonly symbols: readonly string[];
  readonly intervals: readonly string[];
  readonly themes: readonly string[];
  readonly source: DataSource;
}

/** Data that may stand in a script element. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replace(/</g, '\\u003c');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** The page: its frame, and the board's state as data. All that moves is in `page.js`. */
export function pageHtml(mount: Mount, view: View, choices: ViewChoices, source: DataSource): string {
  const start: PageStart = {
    mount,
    view,
    symbols: choices.symbols,
    intervals: INTERVALS,
    themes: THEMES,
    source,
  };
  return `<!doctype html>
<html lang="en" data-theme="${view.theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="${colorScheme(view.theme)}">
<title>${escapeHtml(mount.content.title)}</title>
<link rel="icon" href="favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="page.css">
<script id="candlebook-start" type="application/json">${inScript(start)}</script>
<script src="page.js" defer></script>
</head>
<body>
<a class="cb-skip" href="#board">Skip to the board</a>
<div id="controls"></div>
<main id="board" tabindex="-1"></main>
<p id="announcement" class="cb-unseen" role="status" aria-live="polite"></p>
<noscript>This page moves by JavaScript, which is switched off here.</noscript>
</body>
</html>
`;
}

/** A page that says why there is nothing else. */
export function refusalHtml(status: number, reason: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${status} · candlebook</title>
<style>body{font:16px/24px system-ui,sans-serif;max-width:36em;margin:4em auto;padding:0 1em;color-scheme:light dark}</style></head>
<body><main><h1>${status}</h1><p>${escapeHtml(reason)}</p></main></body></html>
`;
}

export const FAVICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#10151d"/>
<path d="M10 6v20M22 4v20" stroke="#8a94a0" stroke-width="2"/><rect x="6.5" y="11" width="7" height="10" rx="1" fill="#e5484d"/>
<rect x="18.500" y="8" width="7" height="11" rx="1" fill="#12a594"/></svg>
`;

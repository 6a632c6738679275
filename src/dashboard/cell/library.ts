import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { CandlebookError } from '../../market/index.ts';

let html: string | undefined;

/**
 * Plotly as an output of its own, for pages that no Jupyter Server serves: about 2 MB of text, unpacked by the
 * page's `DecompressionStream`. Stop empties the output again.
 * @throws CandlebookError PACKAGE_MISSING without plotly.js-dist-min
 */
export function libraryHtml(): string {
  html ??= pack();
  return html;
}

function pack(): string {
  let source: Buffer;
  try {
    source = readFileSync(createRequire(import.meta.url).resolve('plotly.js-dist-min'));
  } catch (cause) {
    throw new CandlebookError('PACKAGE_MISSING', 'plotly.js-dist-min is not installed.', {
      cause,
      hint: 'npm install plotly.js-dist-min',
    });
  }
  const packed = gzipSync(source, { level: 6 }).toString('base64');
  return (
    '<script>(function(w){if(w.Plotly||w.__candlebookPlotly)return;w.__candlebookPlotly=(async function(){' +
    `var b=Uint8Array.from(atob("${packed}"),function(c){return c.charCodeAt(0)});` +
    'var t=await new Response(new Blob([b]).stream().pipeThrough(new DecompressionStream("gzip"))).text();' +
    '(0,eval)(t)})()})(window)</script>'
  );
}

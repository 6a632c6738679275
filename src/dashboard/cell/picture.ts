import { boardToSvg, figureToSvg } from '../paint/svg.ts';
import type { LiveContent } from '../wire.ts';
import { combineFigures } from './combine.ts';
import type { MimeBundle } from './kernel.ts';

/** Width in px of the picture that is drawn without a page. */
const WIDTH = 1180;

export function contentToSvg(content: LiveContent): string {
  const [only] = content.panels;
  if (only && isBareFigure(content)) return figureToSvg(only, { width: WIDTH * 0.75, height: 460 });
  return boardToSvg(content, { width: WIDTH });
}

/** One figure by itself, without a board's footer. */
function isBareFigure(content: LiveContent): boolean {
  return content.panels.length === 1 && !content.candles && !content.footer;
}

/**
 * What stays in the cell: one bundle without HTML, which shows trusted and untrusted, in a file and on a code
 * host. The picture is the page's PNG, or an SVG drawn here where no page gave one.
 */
export function stoppedBundle(content: LiveContent, png: string | undefined, how: string): MimeBundle {
  return {
    ...(png ? { 'image/png': png } : { 'image/svg+xml': contentToSvg(content) }),
    'application/vnd.plotly.v1+json': combineFigures(content),
    'text/plain': `${content.title}: ${how}`,
  };
}

import type { Pen } from './pen.ts';
import type { Face } from './plotly.ts';

export const FAMILY = '"Open Sans", verdana, arial, sans-serif';

/** A CSS font from Plotly's, falling back on a whole one (`12px Arial`) where parts are absent. */
export function fontText(font: Face | undefined, fallback = `12px ${FAMILY}`): string {
  if (!font || (font.size === undefined && font.family === undefined && font.weight === undefined))
    return fallback;
  const space = fallback.indexOf('px ');
  const size = font.size ?? Number.parseFloat(fallback.slice(fallback.lastIndexOf(' ', space - 1) + 1));
  const family = font.family ?? fallback.slice(space + 3);
  const weight = font.weight ?? (/^\s*(bold|\d{3}) /.exec(fallback)?.[1] || undefined);
  return `${weight ? `${weight} ` : ''}${size}px ${family}`;
}

export function fontFamily(font: string): string {
  return font.slice(font.indexOf('px ') + 3);
}

export function fontSize(font: string): number {
  return Number.parseFloat(/([\d.]+)px/.exec(font)?.[1] ?? '12');
}

interface Style {
  bold: boolean;
  color: string | undefined;
  /** Size in em of the pen's font, or in px where that is stated. */
  em: number;
  px: number | undefined;
}

interface Run extends Style {
  text: string;
}

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  mu: 'μ',
  plusmn: '±',
  times: '×',
  deg: '°',
};

function decode(text: string): string {
  return text.replace(/&(#?\w+);/g, (whole, name: string) => {
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)) || 32);
    return ENTITIES[name] ?? whole;
  });
}

const parsed = new Map<string, Run[][]>();
const MOST_PARSED = 500;

/** Lines of runs from Plotly's small HTML: `<b>`, `<br>`, `<span style="…">`, `<sup>`; other tags are dropped. */
function parseText(text: string): Run[][] {
  const known = parsed.get(text);
  if (known) return known;
  const lines: Run[][] = [[]];
  const stack: Style[] = [];
  let style: Style = { bold: false, color: undefined, em: 1, px: undefined };
  for (const part of text.split(/(<[^>]*>|\n)/)) {
    if (part === '') continue;
    if (part === '\n' || /^<br\s*\/?>$/i.test(part)) lines.push([]);
    else if (part.startsWith('</')) style = stack.pop() ?? style;
    else if (/^<[a-z]/i.test(part)) {
      stack.push(style);
      style = tagStyle(style, part);
    } else lines.at(-1)!.push({ text: decode(part), ...style });
  }
  if (parsed.size >= MOST_PARSED) parsed.clear();
  parsed.set(text, lines);
  return lines;
}

function tagStyle(style: Style, tag: string): Style {
  const name = /^<(\w+)/.exec(tag)?.[1]?.toLowerCase();
  const color = /[^-]color:\s*([^;"']+)/.exec(tag)?.[1];
  const size = /font-size:\s*([\d.]+)(em|px)/.exec(tag);
  const raised = name === 'sup' || name === 'sub';
  return {
    bold: style.bold || name === 'b' || name === 'strong',
    color: color ?? style.color,
    em: raised ? style.em * 0.7 : size?.[2] === 'em' ? Number(size[1]) : style.em,
    px: size?.[2] === 'px' ? Number(size[1]) : style.px,
  };
}

function styled(font: string, run: Style): string {
  if (!run.bold && run.em === 1 && run.px === undefined) return font;
  const size = run.px ?? fontSize(font) * run.em;
  const weight = run.bold ? '700 ' : /^(bold|\d{3}) /.test(font) ? `${font.split(' ')[0]} ` : '';
  return `${weight}${size}px ${fontFamily(font)}`;
}

const LINE_HEIGHT = 1.3;

/** Width of the longest line and height of all, in pixels, in the pen's present font. */
export function textSize(pen: Pen, text: string): { width: number; height: number } {
  const font = pen.font;
  if (!/[<\n&]/.test(text)) return { width: pen.measureText(text).width, height: fontSize(font) };
  const lines = parseText(text);
  let width = 0;
  for (const line of lines) width = Math.max(width, lineWidth(pen, font, line));
  pen.font = font;
  return { width, height: fontSize(font) * (1 + (lines.length - 1) * LINE_HEIGHT) };
}

function lineWidth(pen: Pen, font: string, line: Run[]): number {
  let width = 0;
  for (const run of line) {
    pen.font = styled(font, run);
    width += pen.measureText(run.text).width;
  }
  return width;
}

/** Draws text with Plotly's markup at the pen's font, colour, alignment and baseline. */
export function drawText(pen: Pen, text: string, x: number, y: number): void {
  if (!/[<\n&]/.test(text)) {
    pen.fillText(text, x, y);
    return;
  }
  const { font, fillStyle, textAlign, textBaseline } = pen;
  const lines = parseText(text);
  const step = fontSize(font) * LINE_HEIGHT;
  const rise =
    textBaseline === 'middle' ? (lines.length - 1) / 2 : textBaseline === 'bottom' ? lines.length - 1 : 0;
  if (pen.fillRuns) {
    lines.forEach((line, i) => {
      const runs = line.map((run) => ({
        text: run.text,
        font: styled(font, run),
        color: run.color ?? fillStyle,
      }));
      pen.fillRuns?.(runs, x, y + (i - rise) * step);
    });
    return;
  }
  pen.textAlign = 'left';
  lines.forEach((line, i) => {
    const width = textAlign === 'left' || textAlign === 'start' ? 0 : lineWidth(pen, font, line);
    let left = x - (textAlign === 'center' ? width / 2 : width);
    for (const run of line) {
      pen.font = styled(font, run);
      pen.fillStyle = run.color ?? fillStyle;
      pen.fillText(run.text, left, y + (i - rise) * step);
      left += pen.measureText(run.text).width;
    }
  });
  pen.font = font;
  pen.fillStyle = fillStyle;
  pen.textAlign = textAlign;
}

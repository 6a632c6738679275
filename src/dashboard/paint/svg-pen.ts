import type { Pen } from './pen.ts';
import { fontFamily, fontSize } from './text.ts';
import { textWidth } from './text-width.ts';

interface State {
  fillStyle: unknown;
  strokeStyle: unknown;
  lineWidth: number;
  lineJoin: Pen['lineJoin'];
  globalAlpha: number;
  font: string;
  textAlign: Pen['textAlign'];
  textBaseline: Pen['textBaseline'];
  dash: number[];
  /** Groups opened since the state was saved. */
  groups: number;
}

/** A pen that writes SVG: figures as pictures without a browser. Text widths are Helvetica's. */
export class SvgPen implements Pen {
  fillStyle: unknown = '#000';
  strokeStyle: unknown = '#000';
  lineWidth = 1;
  lineJoin: Pen['lineJoin'] = 'miter';
  globalAlpha = 1;
  font = '10px sans-serif';
  textAlign: Pen['textAlign'] = 'start';
  textBaseline: Pen['textBaseline'] = 'alphabetic';
  readonly #out: string[] = [];
  #path: string[] = [];
  #dash: number[] = [];
  #groups = 0;
  #clips = 0;
  readonly #prefix: string;
  readonly #stack: State[] = [];

  /** `prefix` keeps the ids of several pictures on one page apart. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  toSvg(width: number, height: number, title: string): string {
    while (this.#stack.length > 0) this.restore();
    const [w, h] = [round(width), round(height)];
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img">` +
      `<title>${escapeXml(title)}</title>${this.#out.join('')}${'</g>'.repeat(this.#groups)}</svg>`
    );
  }

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, lineJoin, globalAlpha, font, textAlign, textBaseline } = this;
    this.#stack.push({
      ...{ fillStyle, strokeStyle, lineWidth, lineJoin, globalAlpha, font, textAlign, textBaseline },
      dash: this.#dash,
      groups: this.#groups,
    });
    this.#groups = 0;
  }

  restore(): void {
    const state = this.#stack.pop();
    if (!state) return;
    this.#out.push('</g>'.repeat(this.#groups));
    const { dash, groups, ...rest } = state;
    Object.assign(this, rest);
    this.#dash = dash;
    this.#groups = groups;
  }

  translate(x: number, y: number): void {
    this.#group(`transform="translate(${round(x)} ${round(y)})"`);
  }

  rotate(angle: number): void {
    this.#group(`transform="rotate(${round((angle * 180) / Math.PI)})"`);
  }

  #group(attributes: string): void {
    this.#out.push(`<g ${attributes}>`);
    this.#groups++;
  }

  beginPath(): void {
    this.#path = [];
  }

  closePath(): void {
    this.#path.push('Z');
  }

  moveTo(x: number, y: number): void {
    this.#path.push(`M${round(x)} ${round(y)}`);
  }

  lineTo(x: number, y: number): void {
    this.#path.push(`${this.#path.length === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`);
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.#path.push(`M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}Z`);
  }

  arc(x: number, y: number, radius: number, start: number, end: number, counterclockwise = false): void {
    const point = (angle: number) =>
      `${round(x + radius * Math.cos(angle))} ${round(y + radius * Math.sin(angle))}`;
    const turn = Math.abs(end - start);
    const [r, sweep] = [round(radius), counterclockwise ? 0 : 1];
    this.#path.push(`${this.#path.length === 0 ? 'M' : 'L'}${point(start)}`);
    if (turn >= 2 * Math.PI - 1e-6) {
      // An arc that ends where it began is none: two halves.
      this.#path.push(`A${r} ${r} 0 1 ${sweep} ${point(start + (counterclockwise ? -Math.PI : Math.PI))}`);
      this.#path.push(`A${r} ${r} 0 1 ${sweep} ${point(start)}`);
    } else this.#path.push(`A${r} ${r} 0 ${turn > Math.PI ? 1 : 0} ${sweep} ${point(end)}`);
  }

  clip(): void {
    const id = `${this.#prefix}-${++this.#clips}`;
    this.#out.push(`<clipPath id="${id}"><path d="${this.#path.join('')}"/></clipPath>`);
    this.#group(`clip-path="url(#${id})"`);
  }

  fill(): void {
    if (this.#path.length === 0) return;
    this.#out.push(`<path d="${this.#path.join('')}" fill="${paint(this.fillStyle)}"${this.#alpha()}/>`);
  }

  stroke(): void {
    if (this.#path.length === 0) return;
    const dash = this.#dash.length > 0 ? ` stroke-dasharray="${this.#dash.map(round).join(' ')}"` : '';
    const width = this.lineWidth === 1 ? '' : ` stroke-width="${round(this.lineWidth)}"`;
    const join = this.lineJoin === 'miter' ? '' : ` stroke-linejoin="${this.lineJoin}"`;
    this.#out.push(
      `<path d="${this.#path.join('')}" fill="none" stroke="${paint(this.strokeStyle)}"${width}${join}${dash}${this.#alpha()}/>`,
    );
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    if (this.fillStyle === 'transparent') return;
    this.#out.push(
      `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${paint(this.fillStyle)}"${this.#alpha()}/>`,
    );
  }

  setLineDash(segments: number[]): void {
    this.#dash = segments;
  }

  fillText(text: string, x: number, y: number): void {
    this.fillRuns([{ text, font: this.font, color: this.fillStyle }], x, y);
  }

  fillRuns(runs: readonly { text: string; font: string; color: unknown }[], x: number, y: number): void {
    if (runs.every(({ text }) => text.trim() === '')) return;
    const size = fontSize(this.font);
    const { textAlign, textBaseline } = this;
    const anchor =
      textAlign === 'center' ? 'middle' : textAlign === 'right' || textAlign === 'end' ? 'end' : '';
    const drop =
      textBaseline === 'middle' ? 0.35 : textBaseline === 'top' ? 0.8 : textBaseline === 'bottom' ? -0.2 : 0;
    const style = ({ font, color }: { font: string; color: unknown }) =>
      ` font-size="${round(fontSize(font))}"${/^(bold|[6-9]00) /.test(font) ? ' font-weight="700"' : ''} fill="${paint(color)}"`;
    const [only] = runs;
    const content =
      runs.length === 1
        ? escapeXml(only!.text)
        : runs.map((run) => `<tspan${style(run)}>${escapeXml(run.text)}</tspan>`).join('');
    this.#out.push(
      `<text x="${round(x)}" y="${round(y + drop * size)}" font-family="${escapeXml(fontFamily(this.font))}"` +
        `${runs.length === 1 ? style(only!) : ''}${anchor ? ` text-anchor="${anchor}"` : ''}${this.#alpha()} xml:space="preserve">${content}</text>`,
    );
  }

  measureText(text: string): { width: number } {
    return { width: textWidth(text, fontSize(this.font), /^(bold|[6-9]00) /.test(this.font)) };
  }

  #alpha(): string {
    return this.globalAlpha < 1 ? ` opacity="${round(this.globalAlpha)}"` : '';
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function paint(style: unknown): string {
  return escapeXml(String(style));
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);
}

import { randomUUID } from 'node:crypto';
import { apply, diff, type Patch, plain } from '../patch.ts';
import {
  type Board,
  type BoardState,
  type PageReply,
  type PageRequest,
  TICK_MIME,
  type Tick,
} from '../wire.ts';
import { figureHtml, tickHtml } from './html.ts';
import { endOnInterrupt } from './interrupts.ts';
import { findKernel, type Kernel, type MimeBundle } from './kernel.ts';

/** How a live figure ended. */
export interface StopReason {
  /** The in-figure button, the front end's interrupt, `stop()`, or an error in what fed it. */
  readonly by: 'button' | 'interrupt' | 'code' | 'error';
  readonly error?: Error;
  /** Ticks sent to the page. */
  readonly ticks: number;
  /** Ticks that pages say they have painted; 0 where no page was open. */
  readonly painted: number;
}

export interface LiveOptions {
  /** Least time between two ticks, in ms; updates that come faster are merged. Default 50. */
  readonly minInterval?: number;
  /** Longest wait for the page's picture at stop, in ms. Default 4000. */
  readonly pictureTimeout?: number;
}

/** A board that ticks in its cell until it is stopped. */
export interface LiveBoard {
  /** Shows `next`; only what changed travels. Does nothing once stopped. */
  update(next: Board): void;
  /** Ends it and leaves a picture in the cell. Resolves when that is written. */
  stop(): Promise<StopReason>;
  /** Ends it because of an error in what feeds it. */
  fail(error: unknown): Promise<StopReason>;
  /** Shows the running figure again, in the cell that calls it: after a page reload, or a second time. */
  attach(): void;
  /** Called once, as soon as a stop has begun. */
  onStop(callback: (reason: StopReason) => void): void;
  /** Resolves when it has ended, however that came; never rejects. */
  readonly done: Promise<StopReason>;
  readonly stopped: boolean;
  readonly ticksSent: number;
  readonly ticksPainted: number;
  /** Median ms from update to painted, as the page last said. */
  readonly latency: number | undefined;
}

/** Ticks go out as notebook outputs only so often while no page has opened a channel, in ms. */
const OUTPUT_INTERVAL = { running: 100, background: 500 };
/** How long a page has to say hello before ticks are written as outputs. */
const HELLO_WAIT = 1500;
/** A page that has been silent for so long is gone. Pages speak every 5 s. */
const PAGE_SILENCE = 20_000;

/**
 * Shows a board in the running cell and returns at once.
 * @throws CandlebookError KERNEL_MISSING outside a notebook kernel
 */
export function showBoard(board: Board, options: LiveOptions = {}): LiveBoard {
  return new LiveCell(findKernel(), board, options);
}

export class LiveCell implements LiveBoard {
  readonly done: Promise<StopReason>;
  stopped = false;
  ticksSent = 0;
  ticksPainted = 0;
  latency: number | undefined;
  readonly #id = randomUUID().slice(0, 8);
  readonly #kernel: Kernel;
  readonly #minInterval: number;
  readonly #pictureTimeout: number;
  /** What the page has, tick by tick. */
  #sent: Board;
  /** What the figure output itself holds. */
  #mounted: Board;
  #mountedN = 0;
  #n = 0;
  #displays = 0;
  #tickDisplay: string | undefined;
  #pending: { board: Board; at: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastSent = Number.NEGATIVE_INFINITY;
  #pages = new Map<string, number>();
  readonly #shownAt = performance.now();
  #pictures = 0;
  #pictureWaiting = new Map<number, (png: string | undefined) => void>();
  #stopCallbacks: ((reason: StopReason) => void)[] = [];
  #finish!: (reason: StopReason) => void;
  #stopping: Promise<StopReason> | undefined;
  readonly #release: (() => void)[] = [];

  constructor(kernel: Kernel, board: Board, options: LiveOptions) {
    this.#kernel = kernel;
    this.#minInterval = options.minInterval ?? 50;
    this.#pictureTimeout = options.pictureTimeout ?? 4000;
    this.#sent = plain(board);
    this.#mounted = plain(board);
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#release.push(kernel.listen((request) => this.#answer(request)));
    this.#release.push(endOnInterrupt({ interrupt: () => this.#end('interrupt') }, () => kernel.busy));
    this.attach();
  }

  update(next: Board): void {
    if (this.#stopping) return;
    this.#pending = { board: next, at: Date.now() };
    this.#schedule();
  }

  attach(): void {
    if (this.#stopping) return;
    this.#mounted = plain(this.#sent);
    this.#mountedN = this.#n;
    this.#displays++;
    const mount = {
      board: this.#id,
      kernel: this.#kernel.id,
      n: this.#n,
      content: this.#mounted,
      state: 'live' as BoardState,
    };
    const note = `${this.#sent.title}: saved while live. Run the cell again to see it live.`;
    this.#kernel.write(
      this.#figureDisplay,
      { 'text/html': figureHtml(mount, note), 'text/plain': note },
      false,
    );
    this.#tickDisplay = undefined;
  }

  stop(): Promise<StopReason> {
    return this.#end('code');
  }

  fail(error: unknown): Promise<StopReason> {
    return this.#end('error', error instanceof Error ? error : new Error(String(error)));
  }

  onStop(callback: (reason: StopReason) => void): void {
    this.#stopCallbacks.push(callback);
  }

  get #figureDisplay(): string {
    return `${this.#id}-figure-${this.#displays}`;
  }

  get #hasPage(): boolean {
    const oldest = performance.now() - PAGE_SILENCE;
    for (const [page, heard] of this.#pages) if (heard < oldest) this.#pages.delete(page);
    return this.#pages.size > 0;
  }

  get #interval(): number {
    if (this.#hasPage) return this.#minInterval;
    return Math.max(
      this.#minInterval,
      this.#kernel.busy ? OUTPUT_INTERVAL.running : OUTPUT_INTERVAL.background,
    );
  }

  #schedule(): void {
    if (this.#timer || !this.#pending) return;
    const now = performance.now();
    const quiet = this.#hasPage ? now : this.#shownAt + HELLO_WAIT;
    const wait = Math.max(this.#lastSent + this.#interval, quiet) - now;
    if (wait <= 0) this.#flush();
    else {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#flush();
      }, wait);
    }
  }

  #flush(): void {
    if (!this.#pending || this.#stopping) return;
    const { board, at } = this.#pending;
    this.#pending = undefined;
    const patch = diff(this.#sent, board);
    if (patch.length === 0) return;
    // The copy is patched as the page's is, from values of its own: callers may go on changing their arrays.
    this.#sent = apply(this.#sent, patch);
    const from = this.#n++;
    this.#lastSent = performance.now();
    this.ticksSent++;
    this.#write({ board: this.#id, n: this.#n, from, at, patch });
  }

  #write(tick: Tick): void {
    if (this.#hasPage) {
      this.#kernel.write(`${this.#id}-ticks`, { [TICK_MIME]: tick }, true);
      return;
    }
    const update = this.#tickDisplay !== undefined;
    this.#tickDisplay ??= `${this.#id}-tick-output-${this.#displays}`;
    this.#kernel.write(this.#tickDisplay, { 'text/html': tickHtml(this.#selfContained(tick)) }, update);
  }

  /** Outputs may be lost, doubled or replayed: each carries all that differs from the figure output. */
  #selfContained(tick: Tick): Tick {
    if (!tick.patch) return tick;
    const patch: Patch = diff(this.#mounted, this.#sent);
    return { ...tick, from: this.#mountedN, patch };
  }

  #answer(request: PageRequest): PageReply | undefined {
    if (request.board !== this.#id) return undefined;
    const now = Date.now();
    if (request.kind === 'gone') {
      this.#pages.delete(request.page);
      return { ok: true, now };
    }
    this.#pages.set(request.page, performance.now());
    switch (request.kind) {
      case 'hello':
        if (this.#timer) {
          clearTimeout(this.#timer);
          this.#timer = undefined;
        }
        setImmediate(() => this.#schedule());
        return { ok: true, now, ...(request.n < this.#n ? { tick: this.#whole(now) } : {}) };
      case 'state':
        return { ok: true, now, tick: this.#whole(now) };
      case 'stop':
        setImmediate(() => void this.#end('button'));
        return { ok: true, now };
      case 'here':
        this.ticksPainted = Math.max(this.ticksPainted, request.painted);
        this.latency = request.latency ?? this.latency;
        return { ok: true, now };
      case 'picture':
        this.#pictureWaiting.get(request.picture)?.(request.png);
        return { ok: true, now };
    }
  }

  #whole(at: number): Tick {
    return { board: this.#id, n: this.#n, from: this.#n, at, content: this.#sent };
  }

  #end(by: StopReason['by'], error?: Error): Promise<StopReason> {
    this.#stopping ??= this.#close(by, error);
    return this.#stopping;
  }

  async #close(by: StopReason['by'], error?: Error): Promise<StopReason> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending) {
      this.#sent = plain(this.#pending.board);
      this.#pending = undefined;
    }
    const reason = (): StopReason => ({
      by,
      ...(error ? { error } : {}),
      ticks: this.ticksSent,
      painted: this.ticksPainted,
    });
    for (const callback of this.#stopCallbacks) {
      try {
        callback(reason());
      } catch (failure) {
        console.error(failure);
      }
    }
    const png = this.#hasPage ? await this.#askPicture() : undefined;
    this.stopped = true;
    const bundle: MimeBundle = {
      ...(png ? { 'image/png': png } : {}),
      'text/plain': `${this.#sent.title} (stopped)`,
    };
    for (let i = 1; i <= this.#displays; i++) this.#kernel.write(`${this.#id}-figure-${i}`, bundle, true);
    if (this.#tickDisplay) this.#kernel.write(this.#tickDisplay, { 'text/html': '' }, true);
    for (const release of this.#release) release();
    const final = reason();
    this.#finish(final);
    return final;
  }

  #askPicture(): Promise<string | undefined> {
    const picture = ++this.#pictures;
    return new Promise((resolve) => {
      const settle = (png: string | undefined) => {
        clearTimeout(timer);
        this.#pictureWaiting.delete(picture);
        resolve(png);
      };
      const timer = setTimeout(() => settle(undefined), this.#pictureTimeout);
      this.#pictureWaiting.set(picture, settle);
      // Whoever paints the picture must have the last state: send it along whole.
      this.#kernel.write(
        `${this.#id}-ticks`,
        {
          [TICK_MIME]: { ...this.#whole(Date.now()), n: ++this.#n, state: 'stopped', picture } satisfies Tick,
        },
        true,
      );
    });
  }
}

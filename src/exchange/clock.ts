/** What time it is on the exchange, epoch ms. */
export interface Clock {
  now(): number;
}

/**
 * Runs from `startTime` at `speed` times the pace of this machine's clock. With `maxStepMs`, a reading never
 * moves on by more than that many real milliseconds: what a busy process missed is then made up for by nobody.
 */
export class RunningClock implements Clock {
  readonly #speed: number;
  readonly #maxStepMs: number;
  #time: number;
  #read = performance.now();
  #running = false;

  constructor(startTime: number, speed: number, maxStepMs = Number.POSITIVE_INFINITY) {
    this.#time = startTime;
    this.#speed = speed;
    this.#maxStepMs = maxStepMs;
  }

  now(): number {
    const read = performance.now();
    if (this.#running) this.#time += Math.min(read - this.#read, this.#maxStepMs) * this.#speed;
    this.#read = read;
    return this.#time;
  }

  run(running: boolean): void {
    this.now();
    this.#running = running;
  }
}

/** Stands still until it is moved. */
export class ManualClock implements Clock {
  #time: number;

  constructor(startTime: number) {
    this.#time = startTime;
  }

  now(): number {
    return this.#time;
  }

  advance(ms: number): void {
    this.#time += ms;
  }
}

/** Weight used by each caller in the running minute of this machine's clock. */
export class Weights {
  #minute = 0;
  readonly #used = new Map<string, number>();

  /** Adds a request and tells how much its caller has used by now. */
  use(caller: string, weight: number): number {
    const minute = Math.floor(Date.now() / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#used.clear();
    }
    const used = (this.#used.get(caller) ?? 0) + weight;
    this.#used.set(caller, used);
    return used;
  }
}

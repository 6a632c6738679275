/*
 * What a client's program tells of itself: it counts what it got, notes what went wrong, and writes one line of JSON
 * at its end. Plain JavaScript, as it runs in the folder of the installed clients.
 */

/** Addresses and time, from the command line. */
export const [, , restUrl, wsUrl, secondsText, lifeText] = process.argv;
export const seconds = Number(secondsText);
/** Longest life of a connection on the exchange, ms. */
export const lifeMs = Number(lifeText);
export const SYMBOLS = [
  ['BTC', 'USDT'],
  ['ETH', 'USDT'],
  ['SOL', 'USDT'],
];

export class Report {
  /** Events by what was asked for. */
  counts = {};
  errors = [];
  /** Connections that ended because the exchange ended them: what a client calls an error then is none. */
  rollovers = 0;
  #until = Date.now() + seconds * 1000;

  get running() {
    return Date.now() < this.#until;
  }

  count(what, number = 1) {
    this.counts[what] = (this.counts[what] ?? 0) + number;
  }

  check(what, right, value) {
    if (!right) this.error(what, new Error(`wrong: ${JSON.stringify(value)?.slice(0, 300)}`));
  }

  error(what, error) {
    const text = `${what}: ${error?.message ?? JSON.stringify(error)}`.slice(0, 400);
    if (this.errors.length < 20 && !this.errors.includes(text)) this.errors.push(text);
  }

  /** Runs one request; what it throws is noted. */
  async ask(what, run, check) {
    try {
      const value = await run();
      this.check(what, check(value), value);
      this.count(what);
    } catch (error) {
      this.error(what, error);
    }
  }

  end() {
    const { counts, errors, rollovers } = this;
    console.log(JSON.stringify({ counts, errors, rollovers }));
    process.exit(0);
  }
}

/** The answer to `/healthz` or `/readyz`. */
export interface HealthReport {
  readonly ok: boolean;
  readonly checks: Readonly<Record<string, string>>;
}

/** What is wrong in words, or `undefined` where nothing is. */
export type HealthCheck = () => string | undefined;

/**
 * Two questions: is the process alive (`/healthz`: if not, restart it), and does it do its work (`/readyz`: connected,
 * storing, drawing). A check that throws is a check that failed.
 */
export class Health {
  readonly #live = new Map<string, HealthCheck>();
  readonly #ready = new Map<string, HealthCheck>();

  /** Adds a check by its name, or replaces it. */
  add(name: string, check: HealthCheck, options: { live?: boolean } = {}): void {
    (options.live ? this.#live : this.#ready).set(name, check);
  }

  live(): HealthReport {
    return report(this.#live);
  }

  /** What is alive and does its work. */
  ready(): HealthReport {
    return report(new Map([...this.#live, ...this.#ready]));
  }
}

function report(checks: ReadonlyMap<string, HealthCheck>): HealthReport {
  const found = Array.from(checks, ([name, check]) => [name, ask(check)] as const);
  return {
    ok: found.every(([, problem]) => problem === undefined),
    checks: Object.fromEntries(found.map(([name, problem]) => [name, problem ?? 'ok'])),
  };
}

function ask(check: HealthCheck): string | undefined {
  try {
    return check();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

import { say } from '../fixtures/step.ts';

const SHOWN = 3;

/** What was compared, and what was not equal. */
export class Checks {
  passed = 0;
  readonly #failures: string[] = [];

  get failed(): number {
    return this.#failures.length;
  }

  /** Are the rows the expected ones? Whatever goes wrong on the way is a failure too. */
  async equal(
    what: string,
    expected: readonly string[],
    read: () => Promise<readonly string[]>,
  ): Promise<void> {
    await this.holds(what, async () => difference(expected, await read()));
  }

  /** @param test what is wrong, or `undefined` */
  async holds(what: string, test: () => Promise<string | undefined>): Promise<void> {
    const wrong = await test().catch((error: Error) => error.message);
    if (wrong === undefined) {
      this.passed++;
      return;
    }
    this.#failures.push(`${what}: ${wrong}`);
    say(`✗ ${what}: ${wrong}`);
  }

  print(): void {
    for (const failure of this.#failures) console.log(`✗ ${failure}`);
    console.log(`${this.passed} equal, ${this.failed} not`);
  }
}

function difference(expected: readonly string[], seen: readonly string[]): string | undefined {
  if (expected.length === seen.length && expected.every((row, at) => row === seen[at])) return undefined;
  const [missing, extra] = [without(expected, seen), without(seen, expected)];
  const some = (rows: readonly string[]) => rows.slice(0, SHOWN).join(' ');
  return `${seen.length} rows for ${expected.length}; missing ${some(missing) || 'none'}; not expected ${some(extra) || 'none'}`;
}

function without(rows: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const row of others) left.set(row, (left.get(row) ?? 0) + 1);
  return rows.filter((row) => {
    const count = left.get(row) ?? 0;
    left.set(row, count - 1);
    return count <= 0;
  });
}

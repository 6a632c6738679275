import type { AlertSide } from './alert.ts';

/** What is known of a rule on a symbol: all that decides whether it may speak again. It outlives the process. */
export interface RuleMemory {
  /** Sides that were told and have not come back far enough since. */
  told: AlertSide[];
  /** Market time of its last alert, epoch ms. */
  lastAt?: number;
  /** Bar of its last alerts, and the sides that were told of it: each once a bar. */
  lastBar?: { readonly openTime: number; readonly sides: readonly AlertSide[] };
  /** Open time of the newest closed bar that it has judged. */
  judged?: number;
}

/** The memories of all rules: as many as rules times symbols, and those of rules that are gone are left out. */
export class Memories {
  readonly #memories = new Map<string, RuleMemory>();
  readonly #onChange: () => void;

  constructor(saved: unknown, onChange: () => void) {
    this.#onChange = onChange;
    for (const [key, memory] of entriesOf(saved)) this.#memories.set(key, memory);
  }

  of(rule: string, symbol: string): RuleMemory {
    const key = keyOf(rule, symbol);
    let memory = this.#memories.get(key);
    if (!memory) {
      memory = { told: [] };
      this.#memories.set(key, memory);
    }
    return memory;
  }

  /** To be called by whoever changes a memory. */
  changed(): void {
    this.#onChange();
  }

  /** Forgets what is none of these. */
  keepOnly(pairs: Iterable<readonly [rule: string, symbol: string]>): void {
    const kept = new Set(Array.from(pairs, ([rule, symbol]) => keyOf(rule, symbol)));
    for (const key of this.#memories.keys()) if (!kept.has(key)) this.#memories.delete(key);
  }

  toJSON(): Record<string, RuleMemory> {
    return Object.fromEntries(this.#memories);
  }
}

function keyOf(rule: string, symbol: string): string {
  return `${symbol} ${rule}`;
}

function entriesOf(saved: unknown): [string, RuleMemory][] {
  if (typeof saved !== 'object' || saved === null) return [];
  return Object.entries(saved).filter(
    ([, memory]) => typeof memory === 'object' && memory !== null && Array.isArray(memory.told),
  );
}

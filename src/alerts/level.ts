import type { AlertSide } from './alert.ts';
import type { RuleMemory } from './memory.ts';

/** Limits of a value, and how far it has to come back before it may pass one again. */
export interface Level {
  readonly above?: number;
  readonly below?: number;
  readonly hysteresis: number;
}

/** What a step over a level found. */
export interface LevelStep {
  /** The side that is passed and was not told yet. */
  readonly passed: AlertSide | undefined;
  /** Whether a side may be told again from here on. */
  readonly rearmed: boolean;
}

/** Looks at a value; marks as told only what `tell` is called for. */
export function stepOver(level: Level, value: number, memory: RuleMemory): LevelStep {
  let passed: AlertSide | undefined;
  let rearmed = false;
  for (const side of ['above', 'below'] as const) {
    const limit = level[side];
    if (limit === undefined) continue;
    const beyond = side === 'above' ? value - limit : limit - value;
    if (!memory.told.includes(side)) {
      if (beyond > 0) passed = side;
    } else if (beyond <= -level.hysteresis) {
      memory.told = memory.told.filter((one) => one !== side);
      rearmed = true;
    }
  }
  return { passed, rearmed };
}

import type { Levels } from '../tape/book.ts';
import type { Level } from './level-grid.ts';

/** What leads from one side of a book to another, quantity 0 where a level is gone. `direction` is 1 where prices rise from the best on, else -1. */
export function changes(before: Levels, after: Levels, direction: 1 | -1): Level[] {
  const result: Level[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const old = before[i];
    const now = after[j];
    const order = !old ? 1 : !now ? -1 : (old[0] - now[0]) * direction;
    if (order < 0) {
      result.push([old![0], 0]);
      i++;
    } else if (order > 0) {
      result.push(now!);
      j++;
    } else {
      if (old !== now && old![1] !== now![1]) result.push(now!);
      i++;
      j++;
    }
  }
  return result;
}

import type { Danfo, DataFrame } from './danfo.ts';

/** What Danfo 1.2.0 keeps in a frame: rows, columns, index. Each is made when Danfo first reads it. */
interface Kept {
  $data: unknown[][];
  $dataIncolumnFormat: unknown[][];
  $index: (string | number)[];
}

type Cells = ArrayLike<unknown>;

/**
 * A DataFrame over columns of one length, made in no time whatever the length: Danfo's own constructor turns a
 * million rows of ten columns into rows and back in over a second. `cells` must be the frame's alone. Where this
 * Danfo keeps its data otherwise, its constructor is used.
 */
export function lazyFrame(
  { DataFrame }: Danfo,
  names: string[],
  cells: readonly Cells[],
  dtypes: string[],
): DataFrame {
  // Danfo can not make an empty frame from columns.
  const frame = new DataFrame([], { columns: names, dtypes });
  const length = cells[0]?.length ?? 0;
  if (length === 0) return frame;
  const isKnown = ['$data', '$dataIncolumnFormat', '$index'].every((field) => Object.hasOwn(frame, field));
  const shapeOf = getterOf(frame, 'shape');
  if (!isKnown || !shapeOf) {
    const plain = Object.fromEntries(names.map((name, i) => [name, Array.from(cells[i]!)]));
    return new DataFrame(plain, { dtypes });
  }
  const columns: unknown[][] = [];
  cells.forEach((column, i) => {
    onFirstRead(columns, i, () => Array.from(column));
  });
  let isAsMade = true;
  const changed = () => {
    isAsMade = false;
  };
  const kept = frame as unknown as Kept;
  onFirstRead(kept, '$index', () => Array.from({ length }, (_, row) => row));
  onFirstRead(kept, '$dataIncolumnFormat', () => columns);
  onFirstRead(
    kept,
    '$data',
    () => Array.from({ length }, (_, row) => cells.map((column) => column[row])),
    changed,
  );
  Object.defineProperty(frame, 'shape', {
    get: () => (isAsMade ? [length, names.length] : shapeOf.call(frame)),
    configurable: true,
  });
  return frame;
}

/** A property that is computed when first read, and an ordinary one from then on, or once it is written. */
function onFirstRead<T extends object, K extends keyof T>(
  target: T,
  key: K,
  make: () => T[K],
  onWrite?: () => void,
): void {
  const settle = (value: T[K]) => {
    Object.defineProperty(target, key, onWrite ? watched(value, onWrite) : { value, ...ORDINARY });
    return value;
  };
  Object.defineProperty(target, key, {
    get: () => settle(make()),
    set: (value: T[K]) => {
      onWrite?.();
      Object.defineProperty(target, key, { value, ...ORDINARY });
    },
    configurable: true,
    enumerable: true,
  });
}

const ORDINARY = { writable: true, configurable: true, enumerable: true } as const;

/** A property whose first write is noticed. */
function watched<V>(value: V, onWrite: () => void): PropertyDescriptor {
  let held = value;
  return {
    get: () => held,
    set: (next: V) => {
      held = next;
      onWrite();
    },
    configurable: true,
    enumerable: true,
  };
}

function getterOf(target: object, key: string): (() => [number, number]) | undefined {
  for (let at: object | null = target; at; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, key);
    if (found) return found.get as (() => [number, number]) | undefined;
  }
  return undefined;
}

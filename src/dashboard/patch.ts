/*
 * The difference between two pieces of plain JSON, and its application. Made for figures: an array of plain
 * values becomes one of three small operations (a few elements, a window that moved on, or the whole), so that a
 * tick carries what changed and little more. NaN and infinities count as null, as JSON has it.
 */

export type PatchPath = readonly (string | number)[];

export type PatchOperation =
  /** Put a value. */
  | readonly ['set', PatchPath, unknown]
  /** Take a key away. */
  | readonly ['cut', PatchPath]
  /** Some elements of an array: indices and their values. */
  | readonly ['put', PatchPath, readonly number[], readonly unknown[]]
  /** A window that moved on: drop so many in front, keep so many of the rest, then append. */
  | readonly ['move', PatchPath, number, number, readonly unknown[]];

export type Patch = readonly PatchOperation[];

/**
 * The least that turns `previous` into `next`: what a tick of a figure or of a board carries to the page. Empty where
 * they are equal.
 */
export function patch(previous: unknown, next: unknown): Patch {
  const operations: PatchOperation[] = [];
  compare(previous, next, [], operations);
  return operations;
}

function compare(a: unknown, b: unknown, path: (string | number)[], out: PatchOperation[]): void {
  if (same(a, b)) return;
  if (Array.isArray(a) && Array.isArray(b)) compareArrays(a, b, path, out);
  else if (isRecord(a) && isRecord(b)) compareRecords(a, b, path, out);
  else out.push(['set', path, plain(b)]);
}

function compareRecords(
  a: Record<string, unknown>,
  b: Record<string, unknown>,
  path: (string | number)[],
  out: PatchOperation[],
): void {
  for (const key of Object.keys(a)) {
    if (a[key] !== undefined && b[key] === undefined) out.push(['cut', [...path, key]]);
  }
  for (const key of Object.keys(b)) {
    const value = b[key];
    if (value === undefined) continue;
    if (a[key] === undefined) out.push(['set', [...path, key], plain(value)]);
    else compare(a[key], value, [...path, key], out);
  }
}

function compareArrays(
  a: readonly unknown[],
  b: readonly unknown[],
  path: (string | number)[],
  out: PatchOperation[],
): void {
  if (a.length === b.length) {
    const changed = changedAt(a, b);
    if (changed === undefined) {
      a.forEach((value, i) => void compare(value, b[i], [...path, i], out));
      return;
    }
    if (changed.length === 0) return;
    if (changed.length * 2 < a.length) {
      out.push(['put', path, changed, changed.map((i) => scalar(b[i]))]);
      return;
    }
  } else if (!a.every(isScalar) || !b.every(isScalar)) {
    out.push(['set', path, plain(b)]);
    return;
  }
  const moved = movedWindow(a, b);
  if (moved) {
    const [drop, keep] = moved;
    out.push(['move', path, drop, keep, b.slice(keep).map(scalar)]);
  } else out.push(['set', path, b.map(scalar)]);
}

/** Where two arrays of plain values differ; undefined where they hold anything else. */
function changedAt(a: readonly unknown[], b: readonly unknown[]): number[] | undefined {
  const changed: number[] = [];
  for (let i = 0; i < a.length; i++) {
    const before = a[i];
    const after = b[i];
    if (before === after && typeof before !== 'object') continue;
    if (!isScalar(before) || !isScalar(after)) return undefined;
    if (!same(before, after)) changed.push(i);
  }
  return changed;
}

/** How many to drop and keep where `b` continues `a`; the last of the kept ones may have been a forming value. */
function movedWindow(a: readonly unknown[], b: readonly unknown[]): [drop: number, keep: number] | undefined {
  if (a.length < 4 || b.length < 4) return undefined;
  for (let drop = 0; drop <= a.length / 2; drop++) {
    if (!same(a[drop], b[0]) || !same(a[drop + 1], b[1])) continue;
    let keep = 0;
    while (drop + keep < a.length && keep < b.length && same(a[drop + keep], b[keep])) keep++;
    if (keep * 2 < b.length) continue;
    // Elements changed where they are: nothing moved.
    return drop === 0 && a.length === b.length ? undefined : [drop, keep];
  }
  return undefined;
}

/** Carries a patch out in place, and returns the root (another one only where the patch replaces it). */
export function applyPatch<T>(root: T, patch: Patch): T {
  let whole: unknown = root;
  for (const [kind, path, ...rest] of patch) {
    if (path.length === 0) {
      whole = change(whole, kind, rest);
      continue;
    }
    const parent = walk(whole, path.slice(0, -1)) as Record<string | number, unknown>;
    const key = path.at(-1)!;
    if (kind === 'cut') delete parent[key];
    else parent[key] = change(parent[key], kind, rest);
  }
  return whole as T;
}

function change(value: unknown, kind: PatchOperation[0], rest: readonly unknown[]): unknown {
  if (kind === 'put') {
    const [indices, values] = rest as [readonly number[], readonly unknown[]];
    const target = value as unknown[];
    indices.forEach((index, i) => {
      target[index] = values[i];
    });
    return target;
  }
  if (kind === 'move') {
    const [drop, keep, values] = rest as [number, number, readonly unknown[]];
    const target = value as unknown[];
    target.splice(0, drop);
    target.length = keep;
    for (const item of values) target.push(item);
    return target;
  }
  return rest[0];
}

function walk(root: unknown, path: PatchPath): unknown {
  let node = root;
  for (const key of path) {
    node = (node as Record<string | number, unknown> | undefined)?.[key];
    if (typeof node !== 'object' || node === null)
      throw new Error(`A patch names ${path.join('.')}, which is not there.`);
  }
  return node;
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function same(a: unknown, b: unknown): boolean {
  return a === b
    ? typeof a !== 'object' || a === null
    : scalar(a) === scalar(b) && isScalar(a) && isScalar(b);
}

function scalar(value: unknown): unknown {
  return (typeof value === 'number' && !Number.isFinite(value)) || value === undefined ? null : value;
}

/** A deep copy as JSON would give it. */
export function plain<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => plain(item)) as T;
  if (isRecord(value)) {
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(value)) if (value[key] !== undefined) copy[key] = plain(value[key]);
    return copy as T;
  }
  return scalar(value) as T;
}

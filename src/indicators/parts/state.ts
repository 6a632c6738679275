/** Anything that `copyState` goes down into: an indicator, or a window that one is made of. */
type State = Record<string, unknown>;

/** Makes `to` equal `from`, which is of the same class and parameters; arrays and parts are copied, not shared. */
export function copyState(from: object, to: object): void {
  for (const key of Object.keys(from)) {
    const value = (from as State)[key];
    const target = (to as State)[key];
    if (value instanceof Float64Array) (target as Float64Array).set(value);
    else if (Array.isArray(value)) continue;
    else if (typeof value === 'object' && value !== null) copyState(value, target as object);
    else if (value !== target) (to as State)[key] = value;
  }
}

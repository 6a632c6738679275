export type Cache<K, V> = (key: K) => V;

/** Remembers the last `limit` results of a pure function. */
export function cache<K, V>(limit: number, compute: (key: K) => V): Cache<K, V> {
  const kept = new Map<K, V>();
  return (key) => {
    let value = kept.get(key);
    if (value === undefined) {
      value = compute(key);
      if (kept.size >= limit) kept.delete(kept.keys().next().value as K);
    } else kept.delete(key);
    kept.set(key, value);
    return value;
  };
}

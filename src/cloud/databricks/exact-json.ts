/** Whole numbers beyond 2^53, as ids of jobs and runs may be, are read as bigint and written in full. */
export const exactJson = {
  parse(text: string): unknown {
    // Such a number has 16 digits at least; without one, the fast way is exact.
    if (!/[:[,]\s*-?\d{16,}/.test(text)) return JSON.parse(text);
    return JSON.parse(text, exact as (key: string, value: unknown) => unknown);
  },
  stringify(value: unknown): string {
    return JSON.stringify(value, (_key, one) => (typeof one === 'bigint' ? rawJSON(String(one)) : one));
  },
};

function exact(_key: string, value: unknown, { source = '' }: { source?: string } = {}): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
    ? BigInt(source)
    : value;
}

/** Of JavaScript's standard, and not in TypeScript's library yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

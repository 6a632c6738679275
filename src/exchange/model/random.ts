/*
 * Everything that the model invents is a hash of the seed and of what it stands for (a day, a minute, a price
 * level), never a draw from a running sequence: any moment can be computed without those before it.
 */

/** 32 well-mixed bits of two integers. */
export function hash(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  h ^= h >>> 12;
  h = Math.imul(h, 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}

/** Seed of a named part of the model. */
export function seedOf(seed: number, name: string): number {
  let h = hash(seed, Math.floor(seed / 2 ** 32));
  for (let i = 0; i < name.length; i++) h = hash(h, name.charCodeAt(i));
  return h;
}

/** A sequence of 32-bit numbers (mulberry32), for draws within one day or one minute. */
export function sequence(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

const TABLE_BITS = 12;
const TABLE_SIZE = 1 << TABLE_BITS;
export const TABLE_MASK = TABLE_SIZE - 1;

/** Inverse of the normal distribution function (Acklam's rational approximation, relative error 1e-9). */
function normalQuantile(p: number): number {
  const tail = (q: number) =>
    (((((-7.784894002430293e-3 * q - 3.223964580411365e-1) * q - 2.400758277161838) * q - 2.549732539343734) *
      q +
      4.374664141464968) *
      q +
      2.938163982698783) /
    ((((7.784695709041462e-3 * q + 3.224671290700398e-1) * q + 2.445134137142996) * q + 3.754408661907416) *
      q +
      1);
  if (p < 0.02425) return tail(Math.sqrt(-2 * Math.log(p)));
  if (p > 1 - 0.02425) return -tail(Math.sqrt(-2 * Math.log(1 - p)));
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((-3.969683028665376e1 * r + 2.209460984245205e2) * r - 2.759285104469687e2) * r +
      1.38357751867269e2) *
      r -
      3.066479806614716e1) *
      r +
      2.506628277459239) *
      q) /
    (((((-5.447609879822406e1 * r + 1.615858368580409e2) * r - 1.556989798598866e2) * r +
      6.680131188771972e1) *
      r -
      1.328068155288572e1) *
      r +
      1)
  );
}

function table(of: (probability: number) => number): Float64Array {
  return Float64Array.from({ length: TABLE_SIZE }, (_, i) => of((i + 0.5) / TABLE_SIZE));
}

/** Standard normal by 12 random bits. */
export const NORMAL = table(normalQuantile);

/** Price moves: unit variance, fatter tails than the normal. */
export const MOVE = (() => {
  const fat = NORMAL.map((z) => z * (1 + 0.08 * z * z));
  const deviation = Math.sqrt(fat.reduce((sum, z) => sum + z * z, 0) / TABLE_SIZE);
  return fat.map((z) => z / deviation);
})();

/** Order sizes relative to their mean: log-normal with a long tail, the largest about 80 times the mean. */
export const SIZE = (() => {
  const sizes = NORMAL.map((z) => Math.exp(1.55 * z));
  const mean = sizes.reduce((sum, size) => sum + size, 0) / TABLE_SIZE;
  return sizes.map((size) => size / mean);
})();

/** Waiting times between orders: a fifth follow at once, the others exponentially. */
export const GAP = table((p) => (p < 0.2 ? 0 : -Math.log(1 - (p - 0.2) / 0.8)));

/** Uniform in [0, 1). */
export function unit(bits: number): number {
  return bits / 2 ** 32;
}

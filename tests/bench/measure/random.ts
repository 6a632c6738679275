/**
 * Numbers from 0 to 1, the same ones for a seed, which come round only after 2³²: a processor learns the branches that a
 * shorter round leads to, and what it has learned is not what it does with a market.
 */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

import { InvalidArgumentError } from 'commander';

/** Pairs of an option that takes several, with blanks or commas between; upper case, each once. */
export function asPairs(text: string, before: readonly string[] = []): readonly string[] {
  const pairs = text
    .toUpperCase()
    .split(',')
    .map((pair) => pair.trim());
  if (pairs.every((pair) => /^[\p{Lu}\p{Lo}\p{N}]{2,30}$/u.test(pair)))
    return [...new Set([...before, ...pairs])];
  throw new InvalidArgumentError('It has to be pairs such as BTCUSDT ETHUSDT.');
}

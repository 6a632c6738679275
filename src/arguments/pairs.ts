import { InvalidArgumentError } from 'commander';
import { acceptSymbol } from '../market/index.ts';

/** Pairs of an option that takes several, with blanks or commas between; upper case, each once. */
export function asPairs(text: string, before: readonly string[] = []): readonly string[] {
  const pairs = text.split(',').map(acceptSymbol);
  if (pairs.every((pair) => pair !== undefined)) return [...new Set([...before, ...pairs])];
  throw new InvalidArgumentError('It has to be pairs such as BTCUSDT ETHUSDT.');
}

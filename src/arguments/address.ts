import { InvalidArgumentError } from 'commander';

/** An http or https address of an option. */
export function asUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError('It has to be an http or https address.');
}

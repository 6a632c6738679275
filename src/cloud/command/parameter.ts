import { InvalidArgumentError } from 'commander';

/** `NAME=VALUE` of an option that may be repeated. */
export function asParameter(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('It has to be NAME=VALUE.');
  return { ...before, [name]: value! };
}

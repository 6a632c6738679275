import { type ParseArgsConfig, parseArgs } from 'node:util';

type Extra = NonNullable<ParseArgsConfig['options']>;

const COMMON = {
  peers: { type: 'boolean', default: false },
  json: { type: 'string' },
  rounds: { type: 'string' },
} as const;

/** `--peers`, `--json FILE`, `--rounds N` and what else the benchmark takes. */
export function benchOptions<const E extends Extra>(extra: E = {} as E, argv = process.argv.slice(2)) {
  return parseArgs({ args: argv, options: { ...COMMON, ...extra } }).values;
}

/** @throws Error on what is no number above 0 */
export function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} ${text}: a number above 0 is wanted`);
  return value;
}

import { parseArgs } from 'node:util';
import { LaunchError } from './failure.mjs';

/**
 * Reads a command's options; prints its help and returns nothing where help is asked for.
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} O
 * @param {O} options
 * @param {string} help
 */
export function readOptions(options, help) {
  let values;
  try {
    ({ values } = parseArgs({ options: { ...options, help: { type: 'boolean' } }, strict: true }));
  } catch (error) {
    throw new LaunchError(/** @type {Error} */ (error).message, 'See the options with -- --help.');
  }
  if (!('help' in values && values.help))
    return /** @type {Record<string, string | boolean | undefined>} */ (values);
  console.log(help);
  return undefined;
}

/**
 * @param {string} name of the option
 * @param {string | boolean | undefined} text
 * @param {number} least @param {number} most
 * @returns {number | undefined}
 */
export function wholeOption(name, text, least, most) {
  const value = numberOption(name, text, least, most);
  if (value === undefined || Number.isInteger(value)) return value;
  throw new LaunchError(`--${name} is ${JSON.stringify(text)}.`, 'Allowed: a whole number.');
}

/**
 * @param {string} name of the option
 * @param {string | boolean | undefined} text
 * @param {number} least @param {number} most
 * @returns {number | undefined}
 */
export function numberOption(name, text, least, most) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (typeof text === 'string' && text !== '' && value >= least && value <= most) return value;
  throw new LaunchError(
    `--${name} is ${JSON.stringify(text)}.`,
    `Allowed: a number from ${least} to ${most}.`,
  );
}

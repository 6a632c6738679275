import { CandlebookError } from '../market/index.ts';

/** Where a secret lies. */
export type Reference =
  | { readonly kind: 'env'; readonly name: string }
  /** `vault` is an address such as `https://books.vault.azure.net`; `undefined`: the settings' own vault. */
  | {
      readonly kind: 'keyvault';
      readonly name: string;
      readonly version: string | undefined;
      readonly vault: string | undefined;
    };

/** What a setting may say instead of a secret, for messages. */
export const REFERENCES_ALLOWED =
  '"keyvault:NAME", "keyvault:NAME/VERSION", "keyvault:https://VAULT.vault.azure.net/secrets/NAME" or "env:NAME"';

const NAME = /^[0-9A-Za-z-]{1,127}$/;
const VERSION = /^[0-9A-Za-z]{1,64}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The address of a vault that is stated by it or by its name; `undefined` where the text is neither. */
export function vaultAddress(text: string): string | undefined {
  if (/^[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$/.test(text)) return `https://${text}.vault.azure.net`;
  return text.startsWith('https://') && URL.canParse(text) ? new URL(text).origin : undefined;
}

/** Whether a text is meant as a reference; `referenceOf` tells whether it is a good one. */
export function isReference(text: string): boolean {
  return text.startsWith('keyvault:') || text.startsWith('env:');
}

/**
 * What a reference says; `undefined` for a text that is none and so stands for itself.
 * @throws CandlebookError INPUT_INVALID on a reference that can not be read
 */
export function referenceOf(text: string): Reference | undefined {
  if (!isReference(text)) return undefined;
  const colon = text.indexOf(':');
  const where = text.slice(colon + 1);
  const found = text.startsWith('env:') ? variable(where) : secret(where);
  if (found) return found;
  throw new CandlebookError('INPUT_INVALID', `${JSON.stringify(text)} is no reference to a secret.`, {
    value: text,
    hint: `Write ${REFERENCES_ALLOWED}.`,
  });
}

function variable(name: string): Reference | undefined {
  return VARIABLE.test(name) ? { kind: 'env', name } : undefined;
}

function secret(where: string): Reference | undefined {
  const isAddress = where.startsWith('https://');
  if (isAddress && !URL.canParse(where)) return undefined;
  const url = isAddress ? new URL(where) : undefined;
  if (url && (url.username || url.search || url.hash)) return undefined;
  const parts = url ? url.pathname.split('/').slice(1) : ['secrets', ...where.split('/')];
  const [folder, name = '', version, more] = parts;
  if (folder !== 'secrets' || more !== undefined || !NAME.test(name)) return undefined;
  if (version !== undefined && !VERSION.test(version)) return undefined;
  return { kind: 'keyvault', name, version, vault: url?.origin };
}

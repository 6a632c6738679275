export { isLoopback } from './loopback.ts';
export {
  isReference,
  REFERENCES_ALLOWED,
  type Reference,
  referenceOf,
  vaultAddress,
} from './reference.ts';
export { Secret } from './secret.ts';
export { openSecrets, readSecret, type Secrets, type SecretsOptions } from './secrets.ts';

export { isReference, REFERENCES_ALLOWED, type Reference, referenceOf } from './reference.ts';
export { Secret } from './secret.ts';
export { openSecrets, type Secrets, type SecretsOptions } from './secrets.ts';

import type { SecretClient, SecretClientOptions } from '@azure/keyvault-secrets';
import { CandlebookError } from '../market/index.ts';
import { isLoopback } from './loopback.ts';

/** How a vault is reached; tests hand in a credential and the certificate of theirs. */
export interface KeyVaultOptions {
  /** Default: `DefaultAzureCredential`: variables, managed identity, `az login` and the rest, in Azure's order. */
  readonly credential?: ConstructorParameters<typeof SecretClient>[1];
  readonly client?: SecretClientOptions;
}

/** How long a vault may take to answer, with its retries. */
const TIMEOUT_MS = 20_000;

/** A vault's secrets by name. The SDK is loaded with the first one. */
export class KeyVault {
  readonly address: string;
  readonly #options: KeyVaultOptions;
  #client: Promise<SecretClient> | undefined;

  /** @param address such as `https://books.vault.azure.net` */
  constructor(address: string, options: KeyVaultOptions = {}) {
    this.address = address;
    this.#options = options;
  }

  /** @throws CandlebookError SECRET_UNAVAILABLE, never with the secret */
  async read(name: string, version?: string): Promise<string> {
    let value: string | undefined;
    try {
      this.#client ??= this.#connect();
      const client = await this.#client;
      const abortSignal = AbortSignal.timeout(TIMEOUT_MS);
      ({ value } = await client.getSecret(name, { abortSignal, ...(version ? { version } : {}) }));
    } catch (cause) {
      throw this.#refusal(name, cause);
    }
    if (value) return value;
    throw new CandlebookError('SECRET_UNAVAILABLE', `Secret ${name} of ${this.address} is empty.`, {
      value: name,
      hint: 'Set a value in the vault.',
    });
  }

  async #connect(): Promise<SecretClient> {
    const { SecretClient } = await import('@azure/keyvault-secrets');
    const credential = this.#options.credential ?? (await defaultCredential());
    // A vault on loopback is nobody's own domain: there the check that token and vault belong together can not hold.
    return new SecretClient(this.address, credential, {
      ...this.#options.client,
      disableChallengeResourceVerification: isLoopback(new URL(this.address).hostname),
    });
  }

  #refusal(name: string, cause: unknown): CandlebookError {
    const { statusCode, code, name: kind } = cause as { statusCode?: number; code?: string; name?: string };
    const [why, hint] =
      statusCode === 404
        ? ['there is no secret of that name', 'Correct the name, or add the secret to the vault.']
        : statusCode === 403
          ? [
              'access is denied (403)',
              'Give this identity the role Key Vault Secrets User, and see that the vault lets this network in.',
            ]
          : statusCode === 401 || /Credential|Authentication/.test(kind ?? '')
            ? [
                'no Azure identity is accepted',
                'Run `az login`, or set AZURE_CLIENT_ID and the rest; `candlebook doctor` says more.',
              ]
            : [
                `the vault does not answer (${statusCode ?? code ?? kind ?? 'unknown reason'})`,
                'See that the address is right and that this network reaches it.',
              ];
    return new CandlebookError(
      'SECRET_UNAVAILABLE',
      `Secret ${name} of ${this.address} can not be read: ${why}.`,
      {
        value: name,
        hint: hint!,
        cause,
      },
    );
  }
}

async function defaultCredential() {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}

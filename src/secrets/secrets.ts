import { CandlebookError } from '../market/index.ts';
import { forgetSecret, keepSecret } from '../redaction/index.ts';
import { KeyVault, type KeyVaultOptions } from './key-vault.ts';
import { isReference, type Reference, referenceOf, vaultAddress } from './reference.ts';
import { Secret } from './secret.ts';

export interface SecretsOptions extends KeyVaultOptions {
  /** Address of the vault that `keyvault:NAME` means. Default: that of `CANDLEBOOK_KEY_VAULT`, an address or a name. */
  readonly keyVault?: string | undefined;
  /** How often secrets that were read are read again, so that a rotation is noticed. Default 300; 0 never. */
  readonly refreshSeconds?: number;
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Told when a secret could not be read again; the value known so far stays in use. */
  readonly onTrouble?: (error: CandlebookError) => void;
}

/** How long a value that was replaced stays masked: old log lines and retries may still name it. */
const KEPT_AFTER_ROTATION_MS = 3_600_000;

interface Known {
  readonly reference: Reference;
  value: string;
}

/**
 * Secrets that settings refer to. They are read when they are first asked for, live in this process's memory alone,
 * are masked by the redactor from then on, and are read again at intervals: ask for the value at each use, and a
 * rotation in the vault is followed without a restart.
 */
export class Secrets {
  readonly #options: SecretsOptions;
  readonly #known = new Map<string, Promise<Known>>();
  readonly #vaults = new Map<string, KeyVault>();
  readonly #retired = new Set<NodeJS.Timeout>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: SecretsOptions) {
    this.#options = options;
  }

  /**
   * The secret that a setting means: the one its reference leads to, or the text itself.
   * @throws CandlebookError SECRET_UNAVAILABLE naming the reference, INPUT_INVALID where it can not be read, STOPPED
   */
  async get(stated: string | Secret): Promise<string> {
    const setting = stated instanceof Secret ? stated.reveal() : stated;
    if (this.#isClosed)
      throw new CandlebookError('STOPPED', 'The secrets have been let go of.', { hint: 'Open them again.' });
    const reference = referenceOf(setting);
    if (!reference) {
      keepSecret(setting);
      return setting;
    }
    let known = this.#known.get(setting);
    if (!known) {
      known = this.#read(reference).then((value) => ({ reference, value }));
      this.#known.set(setting, known);
      // What failed is asked for again the next time.
      known.catch(() => this.#known.delete(setting));
      this.#startRefreshing();
    }
    return (await known).value;
  }

  /** Reads again all that was read. @returns the references whose value is another one now */
  async refresh(): Promise<string[]> {
    const changed = await Promise.all(
      [...this.#known].map(async ([setting, promised]) => {
        const known = await promised.catch(() => undefined);
        if (!known) return [];
        try {
          const value = await this.#read(known.reference);
          if (value === known.value || this.#isClosed) return [];
          this.#retire(known.value);
          known.value = value;
          return [setting];
        } catch (error) {
          this.#options.onTrouble?.(error as CandlebookError);
          return [];
        }
      }),
    );
    return changed.flat();
  }

  /** Ends the refreshing and forgets the values. The redactor goes on masking them. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    for (const timer of this.#retired) clearTimeout(timer);
    this.#known.clear();
  }

  async #read(reference: Reference): Promise<string> {
    const value = reference.kind === 'env' ? this.#variable(reference.name) : await this.#secret(reference);
    keepSecret(value);
    return value;
  }

  #variable(name: string): string {
    const value = (this.#options.env ?? process.env)[name];
    if (value) return value;
    throw new CandlebookError('SECRET_UNAVAILABLE', `The environment variable ${name} is not set.`, {
      value: `env:${name}`,
      hint: `Set ${name} before the start, or refer to another secret.`,
    });
  }

  #secret({
    name,
    version,
    vault = this.#options.keyVault ?? this.#vaultOfEnvironment(),
  }: Reference & { kind: 'keyvault' }): Promise<string> {
    if (vault === undefined) {
      throw new CandlebookError('SECRET_UNAVAILABLE', `keyvault:${name} names no vault.`, {
        value: `keyvault:${name}`,
        hint: 'Set keyVault (CANDLEBOOK_KEY_VAULT) to the vault’s address, such as https://NAME.vault.azure.net.',
      });
    }
    let keyVault = this.#vaults.get(vault);
    if (!keyVault) {
      keyVault = new KeyVault(vault, this.#options);
      this.#vaults.set(vault, keyVault);
    }
    return keyVault.read(name, version);
  }

  #vaultOfEnvironment(): string | undefined {
    const { CANDLEBOOK_KEY_VAULT: stated } = this.#options.env ?? process.env;
    return stated ? vaultAddress(stated) : undefined;
  }

  #retire(value: string): void {
    const timer = setTimeout(() => {
      forgetSecret(value);
      this.#retired.delete(timer);
    }, KEPT_AFTER_ROTATION_MS).unref();
    this.#retired.add(timer);
  }

  #startRefreshing(): void {
    const { refreshSeconds = 300 } = this.#options;
    if (this.#timer || refreshSeconds === 0) return;
    // A process ends although secrets are kept fresh.
    this.#timer = setInterval(() => void this.refresh(), refreshSeconds * 1000).unref();
  }
}

/** Secrets by reference, from Azure Key Vault and the environment. Nothing is read, or loaded, before the first is asked for. */
export function openSecrets(options: SecretsOptions = {}): Secrets {
  return new Secrets(options);
}

/**
 * What a text means that stands outside the settings, such as in an environment variable: the secret that it refers to, now,
 * or itself.
 * @throws CandlebookError SECRET_UNAVAILABLE, INPUT_INVALID
 */
export async function readSecret(text: string): Promise<string> {
  if (!isReference(text)) return text;
  const secrets = openSecrets({ refreshSeconds: 0 });
  try {
    return await secrets.get(text);
  } finally {
    secrets.close();
  }
}

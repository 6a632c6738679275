import { CandlebookError } from '../../market/index.ts';
import { keepSecret } from '../../redaction/index.ts';
import type { Secret, Secrets } from '../../secrets/index.ts';

/** The first-party application that Azure Databricks is in Microsoft Entra ID, in every tenant. */
const SCOPE = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default';

/** What of `@azure/identity` is used. */
export interface AzureCredential {
  getToken(scope: string): Promise<{ token: string } | null>;
}

/** Where the token of each call comes from. */
export interface Tokens {
  /** The present one. @throws CandlebookError ACCESS_DENIED, SECRET_UNAVAILABLE */
  get(): Promise<string>;
  /** After a refusal: looked up anew. @returns whether it is another one now */
  renew(refused: string): Promise<boolean>;
  /** What to do when it is refused for good. */
  readonly hint: string;
}

/** A personal access token or a service principal's, by reference or as it is; a rotation is followed. */
export function givenToken(setting: Secret, secrets: Secrets): Tokens {
  const where = setting.reference ?? 'the setting databricks.token';
  return {
    get: () => secrets.get(setting),
    renew: async (refused) => {
      await secrets.refresh();
      return (await secrets.get(setting)) !== refused;
    },
    hint: `It has expired or was revoked: put a new one into ${where} (in Databricks: Settings, Developer, Access tokens), or leave it out, so that the Azure identity is used.`,
  };
}

/** Tokens of the Azure identity; the SDK keeps them until shortly before they expire. */
export function identityTokens(credential?: AzureCredential): Tokens {
  let identity: Promise<AzureCredential> | undefined;
  const make = () => {
    identity ??= credential
      ? Promise.resolve(credential)
      : import('@azure/identity').then(({ DefaultAzureCredential }) => new DefaultAzureCredential());
    return identity;
  };
  const get = async () => {
    let given: { token: string } | null;
    try {
      given = await (await make()).getToken(SCOPE);
    } catch (cause) {
      throw noIdentity(cause);
    }
    if (!given) throw noIdentity(undefined);
    keepSecret(given.token);
    return given.token;
  };
  return {
    get,
    renew: async (refused) => {
      // A fresh credential has not kept what was refused.
      identity = undefined;
      return (await get()) !== refused;
    },
    hint: 'Run `az login` again, and see that this identity is a user or service principal of the workspace.',
  };
}

function noIdentity(cause: unknown): CandlebookError {
  const [why = ''] = ((cause as Error | undefined)?.message ?? 'it gives no token').split('\n');
  return new CandlebookError('ACCESS_DENIED', `No Azure identity is accepted for Databricks: ${why}.`, {
    value: SCOPE,
    hint: 'Run `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or name a token (databricks.token, DATABRICKS_TOKEN).',
    ...(cause === undefined ? {} : { cause }),
  });
}

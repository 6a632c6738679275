import { loadSettings } from '../../configuration/index.ts';
import { CandlebookError } from '../../market/index.ts';
import { openSecrets, type Secret } from '../../secrets/index.ts';
import { Api, type ApiOptions } from './api.ts';
import { Databricks } from './databricks.ts';
import { type AzureCredential, givenToken, identityTokens } from './tokens.ts';

/** What is left out is taken from the settings (`databricks`), and so from the variables of Databricks' own tools. */
export interface DatabricksOptions extends Omit<ApiOptions, 'host' | 'tokens'> {
  /** Address of the workspace, such as `https://adb-1234567890123456.7.azuredatabricks.net` (`DATABRICKS_HOST`). */
  readonly host?: string | undefined;
  /** A token, better `env:NAME` or `keyvault:NAME` (`DATABRICKS_TOKEN`). Without one the Azure identity is used. */
  readonly token?: string | Secret | undefined;
  /** Id of the SQL warehouse that statements run on (`DATABRICKS_WAREHOUSE_ID`). */
  readonly warehouse?: string | undefined;
  /** Address of the vault that `keyvault:NAME` means. */
  readonly keyVault?: string | undefined;
  /** Default: `DefaultAzureCredential`. */
  readonly credential?: AzureCredential;
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * A Databricks workspace. Nothing is asked of it yet.
 * @throws CandlebookError SETTING_INVALID on an address that can not be a workspace's
 */
export function openDatabricks(options: DatabricksOptions = {}): Databricks {
  const { host, token, warehouse, keyVault, credential, env = process.env, ...rest } = options;
  const settings = loadSettings({}, { env });
  const stated = loadSettings(
    {
      databricks: {
        ...settings.databricks,
        ...(host === undefined ? {} : { host }),
        ...(token === undefined ? {} : { token }),
        ...(warehouse === undefined ? {} : { warehouse }),
      },
    },
    { env },
  ).databricks;
  if (!stated.host)
    throw new CandlebookError('SETTING_INVALID', 'No Databricks workspace is named.', {
      value: stated.host,
      hint: 'Set databricks.host (DATABRICKS_HOST, --workspace) to its address, such as https://adb-1234567890123456.7.azuredatabricks.net.',
    });
  if (stated.token === undefined)
    return new Databricks(
      new Api({ ...rest, host: stated.host, tokens: identityTokens(credential) }),
      stated.warehouse,
      () => undefined,
    );
  const secrets = openSecrets({
    keyVault: keyVault ?? (settings.keyVault || undefined),
    env,
    refreshSeconds: 0,
  });
  const api = new Api({ ...rest, host: stated.host, tokens: givenToken(stated.token, secrets) });
  return new Databricks(api, stated.warehouse, () => secrets.close());
}

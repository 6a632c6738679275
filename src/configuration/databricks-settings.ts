import { REFERENCES_ALLOWED } from '../secrets/index.ts';
import { type InputOf, object, optional, type Shape, text } from './shape.ts';
import { isPostable, secret } from './texts.ts';

const isId = (text: string) => /^[\w-]{1,64}$/.test(text);

const settings = object({
  /** Address of the workspace. */
  host: optional(text('an address such as "https://adb-1234567890123456.7.azuredatabricks.net"', isPostable)),
  /** Without it the Azure identity is used. */
  token: optional(secret),
  /** Id of the SQL warehouse that statements run on. */
  warehouse: optional(text('the id of a SQL warehouse', isId)),
});

/** The workspace that is asked and steered; without a host there is none. */
export type DatabricksSettings = ReturnType<typeof settings>;

/** The workspace as it may be stated. */
export type DatabricksSettingsInput = InputOf<typeof settings>;

export const NO_DATABRICKS: DatabricksSettings = settings({}, '');

export const databricksSettings: Shape<DatabricksSettings, DatabricksSettingsInput> = (value, path) =>
  settings(value, path);

export const DATABRICKS_ALLOWED = `{ "host": "https://adb-….azuredatabricks.net", "token": ${REFERENCES_ALLOWED}, "warehouse": "1234567890abcdef" }, token being optional`;

/** The variables that Databricks' own tools know, where the settings say nothing. */
export function databricksOfEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  stated: DatabricksSettings,
): DatabricksSettings {
  const { DATABRICKS_HOST: name, DATABRICKS_TOKEN, DATABRICKS_WAREHOUSE_ID: warehouse } = env;
  const host = name && !name.includes('://') ? `https://${name}` : name;
  return settings(
    {
      ...(host && isPostable(host) ? { host } : {}),
      ...(DATABRICKS_TOKEN ? { token: 'env:DATABRICKS_TOKEN' } : {}),
      ...(warehouse && isId(warehouse) ? { warehouse } : {}),
      ...stated,
    },
    '',
  );
}

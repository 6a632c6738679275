import { openDatabricks } from '../cloud/index.ts';
import type { Settings } from '../configuration/index.ts';
import type { Check } from './finding.ts';

/** Whether the workspace lets us in, and the warehouse is there, where one is named. Nothing is started. */
export function databricksCheck({ databricks, keyVault }: Settings, env: NodeJS.ProcessEnv): Check {
  return {
    name: 'Databricks',
    look: async () => {
      if (!databricks.host)
        return { status: 'skip', found: 'not in use: no databricks.host (DATABRICKS_HOST)' };
      const workspace = openDatabricks({ ...databricks, keyVault: keyVault || undefined, env, retries: 1 });
      try {
        const { user, warehouse } = await workspace.whoAmI();
        const found = `${user} is let in to ${workspace.host}`;
        if (warehouse !== undefined)
          return { status: 'ok', found: `${found}; the warehouse is ${warehouse.toLowerCase()}` };
        return {
          status: 'warn',
          found: `${found}; no SQL warehouse is named`,
          advice: 'Set databricks.warehouse (DATABRICKS_WAREHOUSE_ID), for cloud sql.',
        };
      } finally {
        workspace.close();
      }
    },
  };
}

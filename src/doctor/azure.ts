import type { Settings } from '../configuration/index.ts';
import { isReference, openSecrets, Secret } from '../secrets/index.ts';
import { openStateFile } from '../store/index.ts';
import type { Check } from './finding.ts';

/** Whether the tables' storage account lets us in: a file is looked for, written and read back. */
export function adlsCheck({ tables }: Settings): Check {
  return {
    name: 'ADLS',
    look: async () => {
      if (!/^abfss?:/.test(tables))
        return { status: 'skip', found: `not in use: the tables lie in ${tables}` };
      const file = await openStateFile(tables, 'simulated', 'doctor.txt');
      const text = new Date().toISOString();
      await file.write(text);
      if ((await file.read()) === text)
        return { status: 'ok', found: `written and read at ${file.location}` };
      return {
        status: 'fail',
        found: `what was written at ${file.location} is not what is read`,
        advice: 'See whether something else writes there.',
      };
    },
  };
}

/** Whether Azure knows us, where anything needs it. */
export function identityCheck(settings: Settings, env: NodeJS.ProcessEnv): Check {
  return {
    name: 'Azure identity',
    look: async () => {
      const storage =
        /^abfss?:/.test(settings.tables) &&
        !env.AZURE_STORAGE_CONNECTION_STRING &&
        !env.AZURE_STORAGE_SAS_TOKEN;
      const vault = referencesOf(settings, env).some((text) => text.startsWith('keyvault:'));
      if (!storage && !vault) return { status: 'skip', found: 'not needed' };
      const { DefaultAzureCredential } = await import('@azure/identity');
      const scope = storage ? 'https://storage.azure.com/.default' : 'https://vault.azure.net/.default';
      try {
        const token = await new DefaultAzureCredential().getToken(scope);
        return { status: 'ok', found: `signed in until ${new Date(token.expiresOnTimestamp).toISOString()}` };
      } catch (error) {
        const [why = ''] = (error as Error).message.split('\n');
        return {
          status: 'fail',
          found: `no identity is accepted: ${why}`,
          advice:
            'Run az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or run with a managed identity.',
        };
      }
    },
  };
}

/** Whether every secret that the settings refer to can be had; none is shown. */
export function secretsCheck(settings: Settings, env: NodeJS.ProcessEnv): Check {
  return {
    name: 'Secrets',
    look: async () => {
      const references = referencesOf(settings, env);
      if (references.length === 0) return { status: 'skip', found: 'none is referred to' };
      const secrets = openSecrets({ keyVault: settings.keyVault || undefined, refreshSeconds: 0, env });
      try {
        for (const reference of references) await secrets.get(reference);
      } finally {
        secrets.close();
      }
      return { status: 'ok', found: `${references.length} can be read` };
    },
  };
}

/** All references that a run would follow: of the settings, and of the variables for its tables. */
function referencesOf(settings: Settings, env: NodeJS.ProcessEnv): string[] {
  const variables = [env.AZURE_STORAGE_CONNECTION_STRING, env.AZURE_STORAGE_SAS_TOKEN];
  const ofTables = /^abfss?:/.test(settings.tables)
    ? variables.filter((text) => text && isReference(text))
    : [];
  return [...new Set([...referencesIn(settings), ...(ofTables as string[])])];
}

/** Wherever they stand. */
function referencesIn(value: unknown): string[] {
  if (value instanceof Secret) return value.reference === undefined ? [] : [value.reference];
  if (typeof value !== 'object' || value === null) return [];
  return [...new Set(Object.values(value).flatMap(referencesIn))];
}

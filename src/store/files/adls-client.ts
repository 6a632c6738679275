import type { DataLakeFileSystemClient, StoragePipelineOptions } from '@azure/storage-file-datalake';
import { CandlebookError } from '../../market/index.ts';
import { isReference, readSecret } from '../../secrets/index.ts';
import type { Attempts } from './attempt.ts';

/** Where files lie, and how to get there. */
export interface AdlsAccess {
  /** Host of the account, such as `lake.dfs.core.windows.net`. */
  readonly account: string;
  readonly container: string;
  /** Path in the container, without a slash at either end. */
  readonly path: string;
  readonly credential: AdlsCredential;
  readonly attempts: Attempts;
}

/** A connection string or a SAS token, each itself or a reference to it, or whatever Azure identity is signed in. */
export type AdlsCredential =
  | { readonly kind: 'connectionString'; readonly connectionString: string }
  | { readonly kind: 'sas'; readonly token: string }
  | { readonly kind: 'identity' };

const LOCATION = /^abfss:\/\/([^@/]+)@([^/]+)(?:\/(.*))?$/;

/** What `abfss://container@account.dfs.core.windows.net/path` and the environment say. */
export function adlsAccess(location: string, env: NodeJS.ProcessEnv = process.env): AdlsAccess {
  const match = LOCATION.exec(location);
  if (!match) {
    throw new CandlebookError('INPUT_INVALID', 'The table location is not an ADLS Gen2 address.', {
      value: location.replace(/\?.*/, '?…'),
      hint: 'Write abfss://container@account.dfs.core.windows.net/path; credentials go into AZURE_STORAGE_… variables.',
    });
  }
  const [, container, account, path = ''] = match;
  return {
    account: account!,
    container: container!,
    path: path.replace(/\/+$/, ''),
    credential: credentialOf(env),
    attempts: {},
  };
}

function credentialOf(env: NodeJS.ProcessEnv): AdlsCredential {
  const { AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_SAS_TOKEN } = env;
  if (AZURE_STORAGE_CONNECTION_STRING) {
    return { kind: 'connectionString', connectionString: AZURE_STORAGE_CONNECTION_STRING };
  }
  if (AZURE_STORAGE_SAS_TOKEN) return { kind: 'sas', token: AZURE_STORAGE_SAS_TOKEN };
  return { kind: 'identity' };
}

/** Whether what it refers to may be another secret the next time. */
export function isRotating(credential: AdlsCredential): boolean {
  if (credential.kind === 'identity') return false;
  return isReference(credential.kind === 'sas' ? credential.token : credential.connectionString);
}

/** @throws CandlebookError INPUT_INVALID, SECRET_UNAVAILABLE */
export async function fileSystemOf({
  account,
  container,
  credential,
}: AdlsAccess): Promise<DataLakeFileSystemClient> {
  const { DataLakeServiceClient } = await import('@azure/storage-file-datalake');
  // Tries are counted, spaced and timed in `attempt`, which knows what may be tried again.
  const options: StoragePipelineOptions = { retryOptions: { maxTries: 1 } };
  const url = `https://${account}`;
  switch (credential.kind) {
    case 'connectionString': {
      const connectionString = await readSecret(credential.connectionString);
      return withConnectionString(account, connectionString, (text) =>
        DataLakeServiceClient.fromConnectionString(text, options),
      ).getFileSystemClient(container);
    }
    case 'sas': {
      const token = (await readSecret(credential.token)).replace(/^\?/, '');
      return new DataLakeServiceClient(`${url}?${token}`, undefined, options).getFileSystemClient(container);
    }
    case 'identity': {
      const { DefaultAzureCredential } = await import('@azure/identity');
      return new DataLakeServiceClient(url, new DefaultAzureCredential(), options).getFileSystemClient(
        container,
      );
    }
  }
}

/** The string's own errors may quote it, and it holds the key. */
function withConnectionString<T>(account: string, text: string, use: (text: string) => T): T {
  const named = /(?:^|;)\s*AccountName=([^;]+)/i.exec(text)?.[1];
  if (named !== undefined && named !== account.split('.')[0]) {
    throw new CandlebookError(
      'INPUT_INVALID',
      `The tables lie in account ${account}, and AZURE_STORAGE_CONNECTION_STRING is for ${named}.`,
      { value: account, hint: 'Use the connection string of that account, or correct the table location.' },
    );
  }
  try {
    return use(text);
  } catch {
    throw new CandlebookError(
      'INPUT_INVALID',
      'AZURE_STORAGE_CONNECTION_STRING is not a connection string.',
      {
        hint: 'Copy it whole from the storage account, Access keys.',
      },
    );
  }
}

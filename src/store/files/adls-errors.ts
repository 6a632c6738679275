import { CandlebookError } from '../../market/index.ts';
import type { AdlsAccess } from './adls-client.ts';
import { isPassing } from './attempt.ts';

interface Answer {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message?: string;
  readonly details?: { readonly errorCode?: string };
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

function errorCode(cause: unknown): string | undefined {
  const { code, details, response } = cause as Answer;
  return details?.errorCode ?? response?.headers?.get('x-ms-error-code') ?? code;
}

/** The file, or the folder above it, does not exist; a container that does not is another matter. */
export function isMissing(cause: unknown): boolean {
  const code = errorCode(cause);
  if (code === 'FilesystemNotFound' || code === 'ContainerNotFound') return false;
  return (cause as Answer).statusCode === 404;
}

/** Did a request on the condition that nothing is there find something? */
export function isTaken(cause: unknown): boolean {
  const { statusCode } = cause as Answer;
  return (statusCode === 409 || statusCode === 412) && !isLeased(cause);
}

function isLeased(cause: unknown): boolean {
  return errorCode(cause)?.startsWith('Lease') ?? false;
}

/** May the request have been done, although this is what came back? */
export function ambiguous(cause: unknown): boolean {
  return isMissing(cause) || isPassing(cause);
}

/** A request that failed for good, as an error that says what to do. Nothing of the request itself is kept: it holds secrets. */
export function requestFailed(
  where: string,
  verb: 'read' | 'written',
  cause: unknown,
  { account, container }: AdlsAccess,
): CandlebookError {
  if (cause instanceof CandlebookError) return cause;
  const { statusCode } = cause as Answer;
  const code = errorCode(cause) ?? (cause as Error).name;
  const answer = statusCode === undefined ? code : `HTTP ${statusCode} ${code}`;
  const make = (kind: CandlebookError['code'], what: string, hint: string) =>
    new CandlebookError(kind, `${where} can not be ${verb}: ${what} (${answer}).`, { value: where, hint });
  if (statusCode === 401 || statusCode === 403) {
    return make(
      'ACCESS_DENIED',
      'the storage account refused the credentials',
      'Check AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_SAS_TOKEN or the signed-in Azure identity: key, expiry, and the role Storage Blob Data Contributor.',
    );
  }
  if (code === 'FilesystemNotFound' || code === 'ContainerNotFound') {
    return make(
      'TABLE_UNWRITABLE',
      `container ${container} does not exist in ${account}`,
      'Create the container, or correct the table location.',
    );
  }
  if (isLeased(cause)) {
    return make(
      'TABLE_UNWRITABLE',
      'somebody holds a lease on it',
      'End the other writer, or break the lease (az storage blob lease break).',
    );
  }
  if (statusCode === undefined) {
    return make(
      'HOST_UNREACHABLE',
      'the storage account did not answer',
      'Check the network and the name of the account.',
    );
  }
  if (isPassing(cause)) {
    return make(
      'HOST_UNREACHABLE',
      'the storage account stayed busy',
      'Try again later, or commit less often.',
    );
  }
  return make(
    verb === 'read' ? 'TABLE_INVALID' : 'TABLE_UNWRITABLE',
    'the storage account refused the request',
    'Check that the account has a hierarchical namespace (ADLS Gen2) and that the location is right.',
  );
}

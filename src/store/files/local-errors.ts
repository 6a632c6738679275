import { CandlebookError } from '../../market/index.ts';

const CAUSES: Record<string, [what: string, hint: string]> = {
  ENOSPC: ['the disk is full', 'Free some space, or set the table location to another disk.'],
  EDQUOT: ['the disk quota is used up', 'Free some space, or set the table location to another disk.'],
  EROFS: [
    'the file system is read-only',
    'Set the table location to a folder that can be written (setting tables, or CANDLEBOOK_TABLES).',
  ],
  EACCES: [
    'permission is denied',
    'Give this user write permission on the folder, or set the table location to another one (setting tables, or CANDLEBOOK_TABLES).',
  ],
  ENOTDIR: [
    'a file stands where a folder should be',
    'Move that file away, or set the table location to another folder (setting tables, or CANDLEBOOK_TABLES).',
  ],
  EMFILE: ['this process has too many open files', 'Raise the limit (ulimit -n).'],
  ENOTSUP: [
    'the file system has no hard links, by which a commit is made at one stroke',
    'Set the table location to a local disk such as ext4, APFS or NTFS.',
  ],
  EIO: ['the disk reports an error', 'Check the disk, or set the table location to another one.'],
};

const SAME_AS: Record<string, string> = {
  EPERM: 'EACCES',
  EEXIST: 'ENOTDIR',
  EISDIR: 'ENOTDIR',
  ENFILE: 'EMFILE',
  ENOSYS: 'ENOTSUP',
  EOPNOTSUPP: 'ENOTSUP',
};

/** A refused write, as an error that says what to do. */
export function writeRefused(path: string, cause: unknown): CandlebookError {
  if (cause instanceof CandlebookError) return cause;
  const { code = 'unknown', message } = cause as NodeJS.ErrnoException;
  const [what, hint] = CAUSES[SAME_AS[code] ?? code] ?? [message, 'Check the table location.'];
  return new CandlebookError('TABLE_UNWRITABLE', `${path} can not be written: ${what} (${code}).`, {
    value: path,
    hint,
    cause,
  });
}

/** A refused read; a missing file is no refusal and never comes here. */
export function readRefused(path: string, cause: unknown): CandlebookError {
  if (cause instanceof CandlebookError) return cause;
  const { code = 'unknown', message } = cause as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') {
    return new CandlebookError('ACCESS_DENIED', `${path} can not be read: permission is denied (${code}).`, {
      value: path,
      hint: 'Give this user read permission on the folder.',
      cause,
    });
  }
  const [what, hint] = CAUSES[SAME_AS[code] ?? code] ?? [message, 'Check the table location.'];
  return new CandlebookError('TABLE_INVALID', `${path} can not be read: ${what} (${code}).`, {
    value: path,
    hint,
    cause,
  });
}

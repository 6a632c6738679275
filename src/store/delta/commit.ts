import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CandlebookError } from '../../market/index.ts';
import { type Action, type CommitInfo, commitInfoOf, IN_COMMIT_TIMESTAMPS } from './actions.ts';
import { commitPath, writeCommit } from './commit-file.ts';
import { BLIND, type Conflict, findConflict, type Reads } from './conflict.ts';
import { ENGINE } from './engine.ts';
import type { Log } from './log.ts';
import { checkWritable } from './protocol.ts';
import type { Commit, Snapshot } from './snapshot.ts';
import { tidy } from './tidy.ts';

const MOST_ATTEMPTS = 500;
const LONGEST_WAIT_MS = 250;

/** Logs whose last commit came only after a lost race. */
const contended = new WeakSet<Log>();

export interface Transaction {
  /** The state that the actions were worked out from. */
  readonly read: Snapshot;
  readonly actions: readonly Action[];
  readonly reads: Reads;
  readonly operation: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly metrics?: Readonly<Record<string, number>>;
  /** What else the commit should say of itself. */
  readonly info?: Readonly<Record<string, unknown>>;
}

export interface Committed {
  readonly version: number;
  /** Why the checkpoint that was due could not be written. The commit stands. */
  readonly trouble?: CandlebookError;
}

/**
 * Makes the actions the table's next version. A race that is lost to a commit which does not matter is run
 * again one version later, after a wait of random length.
 *
 * @returns the version, or the conflict when a commit that came first does matter
 * @throws CandlebookError TABLE_UNWRITABLE, TABLE_UNSUPPORTED; TABLE_CONFLICT after 500 lost races
 */
export async function commit(log: Log, transaction: Transaction): Promise<Committed | Conflict> {
  const { files } = log;
  checkWritable(transaction.read.protocol, transaction.read.metadata, files.location);
  checkAppendOnly(transaction, files.location);
  // Where others write as often, the next number is taken already: asking first costs less than trying.
  if (contended.has(log)) await log.refresh();
  else await log.refreshIfStale();
  let version = transaction.read.version;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    for (version++; version <= log.latest.version; version++) {
      const conflict = findConflict(transaction.actions, transaction.reads, await winnerAt(log, version));
      if (conflict) return conflict;
    }
    const own = { ...commitInfo(transaction), ...(await inCommitTimestamp(log)) };
    const actions = [{ commitInfo: own }, ...transaction.actions];
    if (await files.putIfAbsent(commitPath(version), writeCommit(actions))) {
      log.advance({ version, actions });
      if (attempt === 1) contended.delete(log);
      const trouble = await tidy(log);
      return trouble ? { version, trouble } : { version };
    }
    contended.add(log);
    await sleep(Math.random() * Math.min(LONGEST_WAIT_MS, 2 ** Math.min(attempt, 10)));
    await log.refresh();
    version--;
  }
  throw new CandlebookError(
    'TABLE_CONFLICT',
    `Other writers were first ${MOST_ATTEMPTS} times at ${files.location}.`,
    { value: version, hint: 'Commit less often: raise the batch size or age.' },
  );
}

function checkAppendOnly({ read, actions, operation }: Transaction, location: string): void {
  if (read.metadata.configuration['delta.appendOnly'] !== 'true') return;
  if (!actions.some(({ remove }) => remove?.dataChange)) return;
  throw new CandlebookError(
    'INPUT_INVALID',
    `The table at ${location} is append-only: ${operation} may not take rows away.`,
    {
      value: operation,
      hint: 'Set its property delta.appendOnly to false if that is meant.',
    },
  );
}

/** Tables that ask for it date their versions in the log itself, later than the one before, whatever the clock does. */
async function inCommitTimestamp(log: Log): Promise<Pick<CommitInfo, 'inCommitTimestamp'>> {
  const { metadata, commitInfo, version } = log.latest;
  if (metadata.configuration[IN_COMMIT_TIMESTAMPS] !== 'true') return {};
  const before = commitInfo ?? commitInfoOf((await log.commitAt(version))?.actions);
  return { inCommitTimestamp: Math.max(Date.now(), (before?.inCommitTimestamp ?? 0) + 1) };
}

async function winnerAt(log: Log, version: number): Promise<Commit> {
  const winner = await log.commitAt(version);
  if (winner) return winner;
  throw new CandlebookError(
    'TABLE_CONFLICT',
    `The log of ${log.files.location} was cleaned up while this change was being made.`,
    { value: version, hint: 'Make it again.' },
  );
}

function commitInfo({
  read,
  operation,
  parameters = {},
  metrics = {},
  reads,
  info,
}: Transaction): CommitInfo {
  return {
    timestamp: Date.now(),
    operation,
    operationParameters: parameters,
    readVersion: read.version,
    isBlindAppend: reads === BLIND,
    operationMetrics: Object.fromEntries(
      Object.entries(metrics).map(([name, value]) => [name, String(value)]),
    ),
    engineInfo: ENGINE,
    txnId: randomUUID(),
    ...info,
  };
}

import type { Files } from '../files/index.ts';
import { commitInfoOf } from './actions.ts';
import { readVersion } from './load.ts';

/** One commit as its writer described it. */
export interface HistoryEntry {
  readonly version: number;
  /** Epoch ms, by the writer's clock. */
  readonly timestamp: number | undefined;
  readonly operation: string | undefined;
  readonly operationParameters: Readonly<Record<string, unknown>>;
  readonly operationMetrics: Readonly<Record<string, unknown>>;
  readonly engineInfo: string | undefined;
  /** Progress that was committed with it. */
  readonly txns: readonly { readonly appId: string; readonly version: number }[];
}

/** Commits from `newest` backwards, as far as the log goes. Leave the loop when you have seen enough. */
export async function* history(files: Files, newest: number): AsyncGenerator<HistoryEntry> {
  for (let version = newest; version >= 0; version--) {
    const commit = await readVersion(files, version);
    if (!commit) return;
    const info = commitInfoOf(commit.actions);
    yield {
      version,
      timestamp: info?.inCommitTimestamp ?? info?.timestamp,
      operation: info?.operation,
      operationParameters: info?.operationParameters ?? {},
      operationMetrics: info?.operationMetrics ?? {},
      engineInfo: info?.engineInfo,
      txns: commit.actions.flatMap(({ txn }) => (txn ? [{ appId: txn.appId, version: txn.version }] : [])),
    };
  }
}

import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Candle } from '../market/index.ts';
import { openCandleTable } from '../store/index.ts';
import type { DownloadOptions, DownloadReport } from './download.ts';
import { withPages } from './to-file.ts';

export interface TableDownloadOptions extends DownloadOptions {
  /** Where the tables are: a folder, or `abfss://container@account.dfs.core.windows.net/path`. */
  readonly location: string;
  readonly restart?: boolean;
}

/** Rows of a commit. */
const COMMIT_ROWS = 50_000;

/**
 * Downloads candles into the table `processed/candles`: new ones are added, known ones replaced, so that it may be
 * repeated. One that was stopped or killed goes on where it was.
 * @throws CandlebookError as `downloadCandles`, and as the table
 */
export async function downloadToTable(options: TableDownloadOptions): Promise<DownloadReport> {
  const { location, symbol, interval, from, to } = options;
  const key = createHash('sha256')
    .update(JSON.stringify([location, symbol, interval, from, to]))
    .digest('hex');
  const folder = join(tmpdir(), `candlebook-download-${key.slice(0, 16)}.part`);
  return withPages(folder, options, async ({ pages, ...report }) => {
    const table = await openCandleTable({ location, source: report.source });
    let waiting: Candle[] = [];
    for await (const page of pages()) {
      for (const candle of page) waiting.push(candle);
      if (waiting.length < COMMIT_ROWS) continue;
      await table.upsert(symbol, interval, waiting);
      waiting = [];
    }
    if (waiting.length > 0) await table.upsert(symbol, interval, waiting);
    await table.close();
    return report;
  });
}

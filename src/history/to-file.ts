import { rm, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { CandlebookError } from '../market/index.ts';
import { writeWhole } from '../tabular/index.ts';
import { type DownloadOptions, type DownloadReport, planDownload, runDownload } from './download.ts';
import { FORMATS } from './file-formats.ts';
import { FolderPages, type Plan } from './folder-pages.ts';

export interface FileDownloadOptions extends DownloadOptions {
  /** `.csv` or `.parquet`. Pages lie in a folder beside it, `<file>.part`, until all of them are there. */
  readonly file: string;
  /** Begin anew, also where an earlier download of this file was not finished. Default false: go on with it. */
  readonly restart?: boolean;
}

/**
 * Downloads candles to a file. One that was stopped or killed goes on where it was when it is called again with the
 * same file, symbol, interval and span. The file appears when it is whole.
 *
 * @throws CandlebookError as `downloadCandles`; INPUT_INVALID for a file that can not be written, or whose earlier
 *   download was of something else
 */
export async function downloadToFile(options: FileDownloadOptions): Promise<DownloadReport> {
  const { file } = options;
  const write = FORMATS[extname(file).toLowerCase()];
  if (!write)
    throw new CandlebookError('INPUT_INVALID', `${file} has no known ending.`, {
      value: file,
      hint: `Use one of ${Object.keys(FORMATS).join(', ')}.`,
    });
  // Told before the download rather than after it.
  if ((await stat(file).catch(() => undefined))?.isDirectory())
    throw new CandlebookError('INPUT_INVALID', `${file} is a folder.`, {
      value: file,
      hint: 'Choose another name.',
    });
  return withPages(`${file}.part`, options, async ({ pages, ...report }) => {
    // Where it fails, the pages are kept.
    await writeWhole(file, (part) => write(part, report, pages()));
    return report;
  });
}

type Use<T> = (downloaded: Awaited<ReturnType<typeof runDownload>>) => Promise<T>;

/** Downloads into a folder, or goes on with what is in it, and removes it after use. */
export async function withPages<T>(
  folder: string,
  options: DownloadOptions & { readonly restart?: boolean },
  use: Use<T>,
): Promise<T> {
  if (options.restart) await rm(folder, { recursive: true, force: true });
  const begun = await FolderPages.planOf(folder);
  const found = await planDownload(options);
  const { symbol, interval, rest, from, to } = options;
  const wanted: Plan = {
    symbol,
    interval,
    source: rest.source,
    host: rest.url,
    asked: { from, to },
    ...found,
  };
  if (begun) checkSame(folder, begun, wanted);
  // What was begun ends where it was going to end, however long it took.
  const plan = begun ?? wanted;
  const store = await FolderPages.open(folder, plan);
  const result = await use(await runDownload(options, plan, store));
  await store.remove();
  return result;
}

function checkSame(folder: string, begun: Plan, wanted: Plan): void {
  const identity = ({ symbol, interval, source, asked }: Plan) => [
    symbol,
    interval,
    source,
    asked.from,
    asked.to,
  ];
  const [before, now] = [identity(begun), identity(wanted)].map((parts) => JSON.stringify(parts));
  if (before === now) return;
  throw new CandlebookError(
    begun.source === wanted.source ? 'INPUT_INVALID' : 'SOURCE_MIXED',
    `${folder} holds pages of another download: ${before}, not ${now}.`,
    { value: folder, hint: 'Choose another file, or begin anew with restart (`--restart`).' },
  );
}

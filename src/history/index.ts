export {
  type DownloadOptions,
  type DownloadReport,
  downloadCandles,
  type HistorySource,
  type Outage,
} from './download.ts';
export type { DownloadProgress, ProgressListener } from './progress.ts';
export { progressBar } from './show.ts';
export { downloadToFile, type FileDownloadOptions } from './to-file.ts';
export { downloadToTable, type TableDownloadOptions } from './to-table.ts';

export { exportSql, type SqlExportOptions } from './export-sql.ts';
export { type ExportOptions, type ExportReport, exportTable, type FileOptions } from './export-table.ts';

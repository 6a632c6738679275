export { type CsvValue, csvLine } from './csv.ts';
export { writeWhole } from './whole-file.ts';

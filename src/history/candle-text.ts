import { type Candle, CandlebookError } from '../market/index.ts';
import { csvLine } from '../tabular/index.ts';

/** The columns of a file of candles, in their order; times are epoch ms. */
export const COLUMNS = [
  'openTime',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'closeTime',
  'quoteVolume',
  'tradeCount',
  'takerBuyVolume',
  'takerBuyQuoteVolume',
] as const satisfies readonly (keyof Candle)[];

/** A candle as a line of CSV, with its line feed; every number has the digits that give it back unchanged. */
export function toLine(candle: Candle): string {
  return csvLine(COLUMNS.map((name) => candle[name]));
}

/** @throws CandlebookError INPUT_INVALID for a line that is none */
export function fromLine(line: string): Candle {
  const values = line.split(',').map(Number);
  if (values.length !== COLUMNS.length || !values.every(Number.isFinite))
    throw new CandlebookError(
      'INPUT_INVALID',
      `Not a line of candles: ${JSON.stringify(line.slice(0, 80))}.`,
      {
        value: line.slice(0, 80),
        hint: 'The file was changed or cut; delete it and download again.',
      },
    );
  return Object.fromEntries(COLUMNS.map((name, i) => [name, values[i]])) as unknown as Candle;
}

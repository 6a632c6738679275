import { readFileSync } from 'node:fs';
import type { Columns } from './drive.ts';

/**
 * Columns of a CSV of klines: the header names them as Binance's archives or as the recorded files do
 * (`open_time`, `open`, …, `qav`); times as ISO texts, ms or µs.
 */
export function readKlines(path: string): Columns {
  const [header, ...rows] = readFileSync(path, 'utf8').trim().split('\n');
  const names = header!.split(',').map((name) => name.trim());
  const cells = rows.map((row) => row.split(','));
  const column = (...called: string[]) => {
    const at = names.findIndex((name) => called.includes(name));
    if (at < 0) throw new Error(`${path} has no column ${called[0]}`);
    return cells.map((row) => row[at]!);
  };
  const time = (text: string) => (Number.isNaN(Number(text)) ? Date.parse(text) : Number(text));
  const numbers = (texts: string[]) => Float64Array.from(texts, Number);
  return {
    openTime: Float64Array.from(column('open_time', 'openTime'), time).map((t) => (t > 1e14 ? t / 1000 : t)),
    open: numbers(column('open')),
    high: numbers(column('high')),
    low: numbers(column('low')),
    close: numbers(column('close')),
    volume: numbers(column('volume')),
    quoteVolume: numbers(column('qav', 'quote_volume', 'quote_asset_volume', 'quoteVolume')),
  };
}

import { walk } from '../../indicators/talib/walks.ts';
import { seededRandom } from '../measure/random.ts';
import type { Candle } from './peers.ts';

/** The same bars in each of the shapes that someone reads: columns of doubles, plain arrays, an object a bar. */
export interface Bars {
  openTime: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  quoteVolume: Float64Array;
  plain: Record<'high' | 'low' | 'close' | 'volume', number[]>;
  candles: Candle[];
}

/** @param withPeers whether anyone reads the plain arrays and the objects; else they are empty */
export function makeBars(bars: number, withPeers: boolean): Bars {
  const columns = walk({ bars, price: 60_000, moves: 0.002, tick: 0, volume: 100 }, seededRandom(7));
  const { high, low, close, volume } = columns;
  const plain = (column: Float64Array) => (withPeers ? Array.from(column) : []);
  return {
    ...columns,
    plain: { high: plain(high), low: plain(low), close: plain(close), volume: plain(volume) },
    candles: Array.from({ length: withPeers ? bars : 0 }, (_, i) => ({
      ...{ high: high[i]!, low: low[i]!, close: close[i]!, volume: volume[i]! },
    })),
  };
}

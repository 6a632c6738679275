import type { BookLevels, Level } from '../../../src/fetcher/index.ts';
import type { DepthUpdate } from '../../../src/market/index.ts';

/** A book whose sides are arrays of `[price, quantity]`, the best first. */
export interface PlainBook {
  readonly bids: ArrayLike<Level>;
  readonly asks: ArrayLike<Level>;
  reset(snapshot: BookLevels): void;
  apply(update: DepthUpdate): void;
}

/** What one writes first: an array a side, a search by halves, `splice`. */
export function sortedArrays(): PlainBook {
  const bids: Level[] = [];
  const asks: Level[] = [];
  const set = (side: Level[], direction: 1 | -1, [price, quantity]: Level) => {
    let low = 0;
    let high = side.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((side[middle]![0] - price) * direction < 0) low = middle + 1;
      else high = middle;
    }
    const here = side[low]?.[0] === price;
    if (quantity === 0) {
      if (here) side.splice(low, 1);
    } else if (here) side[low] = [price, quantity];
    else side.splice(low, 0, [price, quantity]);
  };
  const apply = (levels: { readonly bids: readonly Level[]; readonly asks: readonly Level[] }) => {
    for (const level of levels.bids) set(bids, -1, level);
    for (const level of levels.asks) set(asks, 1, level);
  };
  return { bids, asks, reset: apply, apply };
}

interface CcxtSide extends ArrayLike<Level> {
  storeArray(delta: number[]): void;
}

interface Ccxt {
  readonly pro: {
    readonly binance: new () => {
      orderBook(snapshot: object): { readonly bids: CcxtSide; readonly asks: CcxtSide };
      handleDeltas(side: CcxtSide, deltas: unknown): void;
    };
  };
}

/** ccxt's book as its Binance client uses it, unlimited as ours. */
export async function ccxtBook(load: <T>(name: string) => Promise<T>): Promise<() => PlainBook> {
  const found = await load<Ccxt & { default?: Ccxt }>('ccxt');
  const client = new (found.default ?? found).pro.binance();
  return () => {
    const { bids, asks } = client.orderBook({});
    const apply = (levels: { readonly bids: readonly Level[]; readonly asks: readonly Level[] }) => {
      // It keeps the arrays that it is given, and writes into them.
      for (const [price, quantity] of levels.bids) bids.storeArray([price, quantity]);
      for (const [price, quantity] of levels.asks) asks.storeArray([price, quantity]);
    };
    return { bids, asks, reset: apply, apply };
  };
}

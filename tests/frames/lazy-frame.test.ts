import { describe, expect, test } from 'vitest';
import { danfo } from '../../src/frames/danfo.ts';
import { fromFrame, toFrame } from '../../src/frames/index.ts';
import { lazyFrame } from '../../src/frames/lazy-frame.ts';

const columns = {
  symbol: Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? 'BTC' : 'ETH')),
  price: Float64Array.from({ length: 40 }, (_, i) => 100 + Math.sin(i) * 7),
  volume: Float64Array.from({ length: 40 }, (_, i) => 40 - i),
};

// biome-ignore lint/suspicious/noExplicitAny: Danfo's whole interface
type Frame = any;

/** One call of Danfo each, whose result on our frame must be that on its own. */
const CALLS: [string, (frame: Frame) => unknown][] = [
  ['shape, index, columns, dtypes', (f) => [f.shape, f.index, f.columns, f.dtypes, f.size, f.ndim]],
  ['values', (f) => f.values],
  ['head and tail', (f) => [f.head(3).values, f.tail(2).values, f.tail(2).index]],
  ['printing', (f) => f.toString()],
  ['a column', (f) => [f.column('price').values, f.price.mean(), f.volume.sum(), f.symbol.unique().values]],
  ['describe', (f) => f.describe().values],
  ['query', (f) => f.query(f.price.gt(100)).values],
  [
    'iloc and loc',
    (f) => [f.iloc({ rows: ['5:9'], columns: [1] }).values, f.loc({ columns: ['symbol'] }).values],
  ],
  ['groupby', (f) => f.groupby(['symbol']).col(['volume']).sum().values],
  ['sorting', (f) => f.sortValues('volume').values],
  ['drop', (f) => f.drop({ columns: ['price'] }).values],
  ['copy', (f) => f.copy().values],
  ['a further column', (f) => f.addColumn('twice', f.price.mul(2)).values],
  [
    'a further column in place',
    (f) => {
      f.addColumn('twice', f.price.mul(2), { inplace: true });
      return [f.shape, f.values, f.columns, f.column('twice').values];
    },
  ],
  [
    'rows dropped in place',
    (f) => {
      f.drop({ index: [0, 1], inplace: true });
      return [f.shape, f.values, f.index];
    },
  ],
  [
    'a column written',
    (f) => {
      f.price = Array.from({ length: 40 }, (_, i) => i);
      return [f.values, f.column('price').values];
    },
  ],
  ['arithmetic', (f) => f.loc({ columns: ['price', 'volume'] }).add(1).values],
  ['setting an index', (f) => f.setIndex({ column: 'volume' }).index],
  ['JSON', (f) => f.toJSON()],
];

describe('a frame that is filled when it is read answers as Danfo’s own', () => {
  test.each(CALLS)('%s', async (_, call) => {
    const { DataFrame } = await danfo();
    const plain = Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, Array.from<unknown>(values)]),
    );
    const own = new DataFrame(plain, { dtypes: ['string', 'float32', 'float32'] });
    const lazy = await toFrame(columns);
    expect(lazy).toBeInstanceOf(DataFrame);
    expect(call(lazy)).toEqual(call(own));
    // And again, now that it is filled.
    expect(call(await toFrame(columns))).toEqual(
      call(new DataFrame(plain, { dtypes: ['string', 'float32', 'float32'] })),
    );
  });
});

test('later events of the source do not reach the frame', async () => {
  const price = Float64Array.of(1, 2, 3);
  const frame = await toFrame({ price });
  price.fill(9);
  expect(fromFrame(frame).price).toEqual(Float64Array.of(1, 2, 3));
});

test('nothing is filled in before it is read', async () => {
  const loaded = await danfo();
  let reads = 0;
  const watched = new Proxy([1, 2, 3] as unknown[], {
    get: (target, key) => {
      if (key !== 'length') reads++;
      return Reflect.get(target, key);
    },
  });
  const frame = lazyFrame(loaded, ['a'], [watched], ['float32']);
  expect([frame.shape, frame.columns, reads]).toEqual([[3, 1], ['a'], 0]);
  expect(frame.column('a').values).toEqual([1, 2, 3]);
  expect(reads).toBeGreaterThan(0);
});

test('a Danfo that keeps its data otherwise gets the data by its constructor', async () => {
  const given: unknown[] = [];
  class Other {
    constructor(data: unknown) {
      given.push(data);
    }
  }
  lazyFrame({ DataFrame: Other } as never, ['a'], [Float64Array.of(1, 2)], ['float32']);
  expect(given.at(-1)).toEqual({ a: [1, 2] });
});

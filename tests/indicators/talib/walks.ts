import { type Columns, toColumns } from '../drive.ts';

export interface WalkOptions {
  bars: number;
  /** Price at which it begins, and the size of its moves: 0.01 is 1 % at most, half of that up or down. */
  price: number;
  moves: number;
  /** Prices are multiples of it; 0 leaves them as they are. */
  tick: number;
  /** Largest volume of a bar, in the base asset. */
  volume: number;
  /** Stretches at rest, jumps, and bars without volume. Default false. */
  rough?: boolean;
}

/** A random walk of one-minute bars. @param random from 0 to 1; default seeded, coming round after 10,466 numbers */
export function walk(
  { bars, price, moves, tick, volume, rough = false }: WalkOptions,
  random: () => number = shortRound(),
): Columns {
  const onTick = (value: number) => (tick === 0 ? value : Math.max(1, Math.round(value / tick)) * tick);
  let close = price;
  return toColumns(
    Array.from({ length: bars }, (_, i) => {
      const open = close;
      const isFlat = rough && i % 500 > 440;
      const jump = rough && i % 777 === 0 ? 50 : 1;
      if (!isFlat) close = onTick(close * (1 + (random() - 0.5) * moves * jump));
      const wick = isFlat ? 0 : random() * moves * 0.4;
      const traded = rough && random() < 0.1 ? 0 : random() * volume;
      return {
        openTime: i * 60_000,
        open,
        high: Math.max(open, close, onTick(Math.max(open, close) * (1 + wick))),
        low: Math.min(open, close, onTick(Math.min(open, close) * (1 - wick))),
        close,
        volume: traded,
        quoteVolume: traded * close,
      };
    }),
  );
}

function shortRound(): () => number {
  let seed = 7;
  return () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
}

/** Series that are hard on sums: at rest, with jumps, at prices from 1e-8 to 1e5 and volumes up to 1e12. */
export const WALKS: Readonly<Record<string, WalkOptions>> = {
  'rough, at 250': { bars: 20_000, price: 250, moves: 0.01, tick: 0, volume: 1e6, rough: true },
  'SHIB: 0.00001234, volumes of 1e12': {
    bars: 5_000,
    price: 1.234e-5,
    moves: 0.01,
    tick: 1e-8,
    volume: 1e12,
  },
  'PEPE: 1e-8, no tick': { bars: 5_000, price: 1e-8, moves: 0.01, tick: 0, volume: 1e12 },
  'a calm 100,000': { bars: 5_000, price: 1e5, moves: 1e-5, tick: 0.01, volume: 100 },
};

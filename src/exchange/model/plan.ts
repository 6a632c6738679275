import type { ListedPair } from './coins.ts';
import { type LogPath, MINUTES_A_DAY, PROFILE } from './path.ts';
import { hash, NORMAL, sequence, TABLE_MASK, unit } from './random.ts';

/** What is fixed of a day of one pair before any of its orders is drawn. */
export interface DayPlan {
  /** Mid price in ticks, with fractions, at each minute's beginning and at the day's end: 1,441 values. */
  readonly mid: Float64Array;
  /** Standard deviation of each minute's move, in ticks. */
  readonly deviation: Float32Array;
  /** Mean order of each minute, in lots. */
  readonly orderSize: Float32Array;
  /** Orders (aggregate trades) before each minute, counted from the day's beginning: 1,441 values. */
  readonly orders: Int32Array;
  /** Trades before each minute: an order may be filled in parts, so never fewer than orders. */
  readonly trades: Int32Array;
}

export interface DayCounts {
  readonly orders: number;
  /** Further fills of orders that were filled in parts. */
  readonly extra: number;
}

/** How many orders and fills a day of a pair has: known without computing the day. */
export function dayCounts(pair: ListedPair, market: LogPath, seed: number, day: number): DayCounts {
  const draw = hash(seed, day);
  const weekend = (day + 4) % 7 === 0 || (day + 4) % 7 === 6;
  const busy = Math.exp(0.8 * market.mood(day) + 0.15 * NORMAL[draw & TABLE_MASK]!) * (weekend ? 0.7 : 1);
  const orders = Math.max(24, Math.round(pair.orders * 86_400 * busy));
  return { orders, extra: Math.floor(orders * (0.45 + 0.2 * unit(draw))) };
}

export interface PlanInputs {
  readonly pair: ListedPair;
  readonly market: LogPath;
  readonly coin: LogPath;
  /** Difference between the pairs of one coin. */
  readonly basis: LogPath;
  readonly seed: number;
}

export function planDay({ pair, market, coin, basis, seed }: PlanInputs, day: number): DayPlan {
  const { orders: count, extra } = dayCounts(pair, market, seed, day);
  const shared = market.day(day);
  const own = coin.day(day);
  const apart = basis.day(day);
  const mid = new Float64Array(MINUTES_A_DAY + 1);
  const scale = Math.log(pair.price * 10 ** pair.instrument.priceDecimals);
  for (let i = 0; i <= MINUTES_A_DAY; i++)
    mid[i] = Math.exp(scale + pair.beta * shared.levels[i]! + own.levels[i]! + apart.levels[i]!);

  const deviation = new Float32Array(MINUTES_A_DAY);
  const orderSize = new Float32Array(MINUTES_A_DAY);
  const activity = new Float64Array(MINUTES_A_DAY + 1);
  const next = sequence(hash(seed ^ 0x1b873593, day));
  const usual = (pair.beta ** 2 * sum(shared.variance) + sum(own.variance)) / MINUTES_A_DAY;
  const lots = (pair.orderSize / pair.price) * 10 ** pair.instrument.quantityDecimals;
  for (let i = 0; i < MINUTES_A_DAY; i++) {
    const variance = pair.beta ** 2 * shared.variance[i]! + own.variance[i]!;
    deviation[i] = mid[i]! * Math.sqrt(variance);
    // Volume comes with volatility and with the time of day.
    const lively = variance / usual;
    const noise = 0.7 + 0.6 * unit(next());
    activity[i + 1] = activity[i]! + Math.sqrt(lively * PROFILE[i]!) * noise;
    orderSize[i] = lots * lively ** 0.25;
  }

  const orders = new Int32Array(MINUTES_A_DAY + 1);
  const trades = new Int32Array(MINUTES_A_DAY + 1);
  for (let i = 0; i <= MINUTES_A_DAY; i++) {
    orders[i] = i === MINUTES_A_DAY ? count : Math.floor(count * (activity[i]! / activity[MINUTES_A_DAY]!));
    trades[i] = orders[i]! + Math.floor((orders[i]! * extra) / count);
  }
  return { mid, deviation, orderSize, orders, trades };
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

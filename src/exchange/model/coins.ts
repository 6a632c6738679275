import { splitSymbol } from '../../market/index.ts';
import type { Instrument } from '../tape/instrument.ts';
import { hash, seedOf, unit } from './random.ts';

/**
 * What the model is told of a coin. Every figure is invented: of the magnitude seen in November 2026, and
 * none is a quotation.
 */
interface Coin {
  /** Price in US dollars to which the walk returns in the long run. */
  readonly price: number;
  /** How much of the market's moves it takes on. */
  readonly beta: number;
  /** Daily volatility of its own moves, as a fraction. */
  readonly volatility: number;
  /** Taker orders a second, on average, in its main pair. */
  readonly orders: number;
  /** Mean order in US dollars. */
  readonly orderSize: number;
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
}

const COINS: Readonly<Record<string, Coin>> = {
  BTC: coin(98_400, 0.9, 0.008, 3, 5_800, 2, 5),
  ETH: coin(3_480, 1.15, 0.014, 2.2, 4_300, 2, 4),
  SOL: coin(168, 1.35, 0.022, 1.4, 2_300, 2, 3),
  XRP: coin(2.14, 1.1, 0.024, 1.1, 2_400, 4, 1),
  DOGE: coin(0.186, 1.4, 0.028, 0.8, 1_900, 5, 0),
  ADA: coin(0.62, 1.2, 0.025, 0.5, 1_500, 4, 1),
  DOT: coin(4.35, 1.2, 0.026, 0.3, 900, 3, 2),
};

function coin(
  price: number,
  beta: number,
  volatility: number,
  orders: number,
  orderSize: number,
  priceDecimals: number,
  quantityDecimals: number,
): Coin {
  return { price, beta, volatility, orders, orderSize, priceDecimals, quantityDecimals };
}

/** A coin that nobody described: cheap, quiet and jumpy, as most listed coins are. */
function unknownCoin(name: string): Coin {
  const bits = seedOf(0, name);
  const price = 10 ** (unit(hash(bits, 1)) * 4 - 2.5);
  const priceDecimals = Math.min(7, Math.max(2, 4 - Math.floor(Math.log10(price))));
  return coin(
    price,
    0.8 + unit(hash(bits, 2)) * 0.8,
    0.02 + unit(hash(bits, 3)) * 0.03,
    0.01 + unit(hash(bits, 4)) ** 3 * 0.3,
    300 + unit(hash(bits, 5)) * 900,
    priceDecimals,
    Math.min(8 - priceDecimals, Math.max(0, Math.floor(Math.log10(price)) + 1)),
  );
}

export interface ListedPair extends Coin {
  readonly instrument: Instrument;
  /** Distance of best ask and best bid, in ticks. */
  readonly spread: number;
  /** Smallest order, in lots: worth about 5 dollars, and never so small that it can not be filled in parts. */
  readonly minLots: number;
}

/** Pairs against dollars themselves are the quieter ones, as on the exchange's US sister. */
const DOLLAR_PAIR = { orders: 0.8, orderSize: 0.28 };

export function listPair(symbol: string): ListedPair {
  const [baseAsset, quoteAsset] = splitSymbol(symbol);
  const known = COINS[baseAsset] ?? unknownCoin(baseAsset);
  const dollars = quoteAsset === 'USD';
  const ticks = known.price * 10 ** known.priceDecimals;
  return {
    ...known,
    orders: known.orders * (dollars ? DOLLAR_PAIR.orders : 1),
    orderSize: known.orderSize * (dollars ? DOLLAR_PAIR.orderSize : 1),
    spread: Math.max(1, Math.round(ticks * (dollars ? 2e-6 : 0))),
    minLots: Math.max(6, Math.ceil((5 / known.price) * 10 ** known.quantityDecimals)),
    instrument: {
      symbol,
      baseAsset,
      quoteAsset,
      priceDecimals: known.priceDecimals,
      quantityDecimals: known.quantityDecimals,
    },
  };
}

/** A trade as REST or the trade stream states it. */
export interface TextTrade {
  readonly id: number;
  readonly price: string;
  readonly quantity: string;
  readonly buyerIsMaker: boolean;
}

/**
 * The twelve fields of a kline from its trades, in exact decimal arithmetic on the texts: independent of the
 * exchange's own sums. Order: open, high, low, close, volume, quote volume, count, taker volume, taker quote.
 */
export function ohlcv(trades: readonly TextTrade[]): (string | number)[] {
  let high = trades[0]!;
  let low = trades[0]!;
  const sums = { volume: 0n, quote: 0n, takerVolume: 0n, takerQuote: 0n };
  for (const trade of trades) {
    const price = units(trade.price);
    const quantity = units(trade.quantity);
    if (price > units(high.price)) high = trade;
    if (price < units(low.price)) low = trade;
    sums.volume += quantity;
    sums.quote += price * quantity;
    if (!trade.buyerIsMaker) {
      sums.takerVolume += quantity;
      sums.takerQuote += price * quantity;
    }
  }
  return [
    trades[0]!.price,
    high.price,
    low.price,
    trades.at(-1)!.price,
    decimal(sums.volume),
    decimal(sums.quote / 10n ** 8n),
    trades.length,
    decimal(sums.takerVolume),
    decimal(sums.takerQuote / 10n ** 8n),
  ];
}

/** `12.5` → 1250000000: units of 1e-8. */
function units(text: string): bigint {
  const [whole, fraction = ''] = text.split('.');
  return BigInt(whole! + fraction.padEnd(8, '0'));
}

function decimal(value: bigint): string {
  const digits = String(value).padStart(9, '0');
  return `${digits.slice(0, -8)}.${digits.slice(-8)}`;
}

import { formatUnits } from '../decimal.ts';
import type { BestQuote, BookSnapshot, Levels } from './book.ts';
import type { Instrument } from './instrument.ts';
import type { TimeUnit } from './market.ts';
import type { AggregateTrade, TapeTrade } from './tape.ts';

/*
 * Stream payloads as JSON text, with the exchange's own keys in its own order. Written as text rather than
 * by JSON.stringify: they are sent thousands of times a second, and nothing in them needs escaping.
 */

export function tradePayload(instrument: Instrument, trade: TapeTrade, unit: TimeUnit): string {
  const { symbol, priceDecimals, quantityDecimals } = instrument;
  const time = trade.time * unit;
  const price = formatUnits(trade.price, priceDecimals);
  const quantity = formatUnits(trade.quantity, quantityDecimals);
  return `{"e":"trade","E":${time},"s":"${symbol}","t":${trade.id},"p":"${price}","q":"${quantity}","T":${time},"m":${trade.buyerIsMaker},"M":true}`;
}

export function aggTradePayload(instrument: Instrument, trade: AggregateTrade, unit: TimeUnit): string {
  const { symbol, priceDecimals, quantityDecimals } = instrument;
  const time = trade.time * unit;
  const price = formatUnits(trade.price, priceDecimals);
  const quantity = formatUnits(trade.quantity, quantityDecimals);
  return `{"e":"aggTrade","E":${time},"s":"${symbol}","a":${trade.id},"p":"${price}","q":"${quantity}","f":${trade.firstId},"l":${trade.lastId},"T":${time},"m":${trade.buyerIsMaker},"M":true}`;
}

export function bookTickerPayload(instrument: Instrument, quote: BestQuote): string {
  const { symbol, priceDecimals, quantityDecimals } = instrument;
  const price = (ticks: number) => formatUnits(ticks, priceDecimals);
  const quantity = (lots: number) => formatUnits(lots, quantityDecimals);
  return `{"u":${quote.updateId},"s":"${symbol}","b":"${price(quote.bid)}","B":"${quantity(quote.bidQuantity)}","a":"${price(quote.ask)}","A":"${quantity(quote.askQuantity)}"}`;
}

export interface DepthChange {
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  readonly bids: Levels;
  readonly asks: Levels;
}

export function depthPayload(
  instrument: Instrument,
  change: DepthChange,
  time: number,
  unit: TimeUnit,
): string {
  return `{"e":"depthUpdate","E":${time * unit},"s":"${instrument.symbol}","U":${change.firstUpdateId},"u":${change.lastUpdateId},"b":${levelsJson(instrument, change.bids)},"a":${levelsJson(instrument, change.asks)}}`;
}

export function partialDepthPayload(
  instrument: Instrument,
  { lastUpdateId, bids, asks }: BookSnapshot,
): string {
  return `{"lastUpdateId":${lastUpdateId},"bids":${levelsJson(instrument, bids)},"asks":${levelsJson(instrument, asks)}}`;
}

function levelsJson({ priceDecimals, quantityDecimals }: Instrument, levels: Levels): string {
  const texts = levels.map(
    ([price, quantity]) =>
      `["${formatUnits(price, priceDecimals)}","${formatUnits(quantity, quantityDecimals)}"]`,
  );
  return `[${texts.join(',')}]`;
}

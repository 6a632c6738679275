import type { Candle, MarketData, MarketEvent } from '../../market/index.ts';

/** Key of a line that holds what befell the feed, rather than a frame of the exchange. */
export const FEED_KEY = 'feed';

/**
 * An event as a combined-stream frame of the exchange, which reads back as the same event; what befell the feed goes
 * under a key of its own, which readers of captures pass over.
 */
export function toFrame(event: MarketEvent): string {
  if ('at' in event) return JSON.stringify({ [FEED_KEY]: event });
  const [stream, data] = framed(event);
  return `{"stream":${JSON.stringify(`${event.symbol.toLowerCase()}@${stream}`)},"data":${JSON.stringify(data)}}`;
}

type Payload = Readonly<Record<string, unknown>>;

function framed(event: MarketData): readonly [stream: string, data: Payload] {
  const { symbol: s } = event;
  switch (event.type) {
    case 'trade': {
      const { id: t, time, eventTime, buyerIsMaker: m, price, quantity, text } = event;
      const p = text?.price ?? decimal(price);
      const q = text?.quantity ?? decimal(quantity);
      return ['trade', { e: 'trade', E: stamp(eventTime), s, t, p, q, T: stamp(time), m, M: true }];
    }
    case 'aggTrade': {
      const { id: a, firstTradeId: f, lastTradeId: l, time, eventTime, buyerIsMaker: m, text } = event;
      const p = text?.price ?? decimal(event.price);
      const q = text?.quantity ?? decimal(event.quantity);
      return [
        'aggTrade',
        { e: 'aggTrade', E: stamp(eventTime), s, a, p, q, f, l, T: stamp(time), m, M: true },
      ];
    }
    case 'kline': {
      const { interval: i, candle, closed: x, firstTradeId: f, lastTradeId: L, eventTime } = event;
      const k = { ...bar(candle), s, i, f, L, x };
      return [`kline_${i}`, { e: 'kline', E: stamp(eventTime), s, k }];
    }
    case 'ticker':
      return [
        'ticker',
        {
          e: '24hrTicker',
          E: stamp(event.eventTime),
          s,
          p: decimal(event.priceChange),
          P: decimal(event.priceChangePercent),
          w: decimal(event.weightedAvgPrice),
          c: decimal(event.lastPrice),
          b: decimal(event.bidPrice),
          B: decimal(event.bidQuantity),
          a: decimal(event.askPrice),
          A: decimal(event.askQuantity),
          o: decimal(event.openPrice),
          h: decimal(event.highPrice),
          l: decimal(event.lowPrice),
          v: decimal(event.volume),
          q: decimal(event.quoteVolume),
          O: stamp(event.openTime),
          C: stamp(event.closeTime),
          F: event.firstTradeId,
          L: event.lastTradeId,
          n: event.tradeCount,
        },
      ];
    case 'miniTicker':
      return [
        'miniTicker',
        {
          e: '24hrMiniTicker',
          E: stamp(event.eventTime),
          s,
          c: decimal(event.lastPrice),
          o: decimal(event.openPrice),
          h: decimal(event.highPrice),
          l: decimal(event.lowPrice),
          v: decimal(event.volume),
          q: decimal(event.quoteVolume),
        },
      ];
    case 'bookTicker':
      return [
        'bookTicker',
        {
          u: event.updateId,
          s,
          b: decimal(event.bidPrice),
          B: decimal(event.bidQuantity),
          a: decimal(event.askPrice),
          A: decimal(event.askQuantity),
        },
      ];
    case 'depth':
      return [
        'depth@100ms',
        {
          e: 'depthUpdate',
          E: stamp(event.eventTime),
          s,
          U: event.firstUpdateId,
          u: event.lastUpdateId,
          b: levels(event.bids),
          a: levels(event.asks),
        },
      ];
  }
}

function bar(candle: Candle): Payload {
  return {
    t: stamp(candle.openTime),
    T: stamp(candle.closeTime),
    o: decimal(candle.open),
    c: decimal(candle.close),
    h: decimal(candle.high),
    l: decimal(candle.low),
    v: decimal(candle.volume),
    n: candle.tradeCount,
    q: decimal(candle.quoteVolume),
    V: decimal(candle.takerBuyVolume),
    Q: decimal(candle.takerBuyQuoteVolume),
  };
}

export function levels(side: readonly (readonly [number, number])[]): [string, string][] {
  return side.map(([price, quantity]) => [decimal(price), decimal(quantity)]);
}

/** With 8 decimals, as the exchange writes; with more where those would not give the number back. */
function decimal(value: number): string {
  let text = value.toFixed(8);
  for (let digits = 16; Number(text) !== value && digits <= 96; digits += 16) text = value.toFixed(digits);
  return text;
}

/** In ms; in µs where the stamp has a fraction. */
function stamp(time: number): number {
  return Number.isInteger(time) ? time : Math.round(time * 1000);
}

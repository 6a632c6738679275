import { CandlebookError, type DataSource, isDataSource, type Trade } from '../../market/index.ts';

/**
 * One trade on the topic, as JSON: the columns of `raw/trades` by their names, times as epoch microseconds, and where
 * it comes from. Its key in Kafka is the symbol, its identity (symbol, tradeId).
 */
export interface TradeMessage {
  readonly symbol: string;
  readonly tradeId: number;
  readonly price: number;
  readonly quantity: number;
  readonly buyerIsMaker: boolean;
  readonly trade_time: number;
  readonly event_time: number;
  readonly source: DataSource;
}

const MICROS = 1_000;

/** Beginnings of messages by symbol, so that its text is escaped once. */
const beginnings = new Map<string, string>();
/** More than any exchange lists; beyond it they are forgotten. */
const MOST_BEGINNINGS = 10_000;

/**
 * As JSON.stringify writes a `TradeMessage`, in half the time: numbers are finite, and a double is written so that it is
 * read back as the same double.
 */
export function encodeTrade(trade: Trade, source: DataSource): Buffer {
  const { symbol, id, price, quantity, buyerIsMaker, time, eventTime } = trade;
  return Buffer.from(
    `${beginnings.get(symbol) ?? beginningOf(symbol)}${id},"price":${price},"quantity":${quantity},"buyerIsMaker":${buyerIsMaker},"trade_time":${Math.round(time * MICROS)},"event_time":${Math.round(eventTime * MICROS)},"source":"${source}"}`,
  );
}

function beginningOf(symbol: string): string {
  if (beginnings.size >= MOST_BEGINNINGS) beginnings.clear();
  const beginning = `{"symbol":${JSON.stringify(symbol)},"tradeId":`;
  beginnings.set(symbol, beginning);
  return beginning;
}

/**
 * A message that is no trade: the market's time has come to `time` (epoch ms), and whoever waits for trades before it
 * may close what is before it. Its key is to be any.
 * @param last time of the last trade of a market that has ended, epoch ms
 */
export function encodeClock(time: number, source: DataSource, last: number): Buffer {
  const [clock, event_time] = [Math.round(time * MICROS), Math.round(last * MICROS)];
  return Buffer.from(JSON.stringify({ clock, event_time, source }));
}

/** Whether a message only tells the time. */
export function isClock(value: Buffer | undefined): boolean {
  return value?.subarray(0, CLOCK.length).equals(CLOCK) === true;
}

const CLOCK = Buffer.from('{"clock":');

/** What bytes that are no UTF-8 become. */
const NO_UTF8 = '\ufffd';

/** @throws CandlebookError RESPONSE_INVALID on a message that is none of these, saying what is wrong */
export function decodeTrade(value: Buffer | undefined): { trade: Trade; source: DataSource } {
  const message = parse(value);
  const { symbol, tradeId, price, quantity, buyerIsMaker, trade_time, event_time, source } = message;
  if (typeof symbol !== 'string' || symbol === '' || symbol.includes(NO_UTF8))
    throw invalid('symbol', symbol);
  if (!Number.isSafeInteger(tradeId) || tradeId! < 0) throw invalid('tradeId', tradeId);
  if (!(Number.isFinite(price) && price! > 0)) throw invalid('price', price);
  if (!(Number.isFinite(quantity) && quantity! >= 0)) throw invalid('quantity', quantity);
  if (typeof buyerIsMaker !== 'boolean') throw invalid('buyerIsMaker', buyerIsMaker);
  if (!Number.isSafeInteger(trade_time) || trade_time! < 0) throw invalid('trade_time', trade_time);
  if (!Number.isSafeInteger(event_time) || event_time! < 0) throw invalid('event_time', event_time);
  if (!isDataSource(source)) throw invalid('source', source);
  const trade: Trade = {
    type: 'trade',
    symbol,
    id: tradeId!,
    price: price!,
    quantity: quantity!,
    time: trade_time! / MICROS,
    eventTime: event_time! / MICROS,
    buyerIsMaker,
  };
  return { trade, source };
}

function parse(value: Buffer | undefined): Partial<TradeMessage> {
  const text = value?.toString() ?? '';
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (cause) {
    throw new CandlebookError('RESPONSE_INVALID', 'A message of the topic is no JSON.', {
      value: text.slice(0, SHOWN),
      hint: HINT,
      cause,
    });
  }
  if (typeof message === 'object' && message !== null && !Array.isArray(message)) return message;
  throw invalid('message', text.slice(0, SHOWN));
}

const SHOWN = 200;
const HINT = 'It is left out; see who else writes to this topic.';

function invalid(field: string, value: unknown): CandlebookError {
  return new CandlebookError(
    'RESPONSE_INVALID',
    `A message of the topic has no good ${field}: ${JSON.stringify(value)}.`,
    { value, hint: HINT },
  );
}

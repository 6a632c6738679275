import {
  type Candle,
  CandlebookError,
  type Interval,
  type KlineEvent,
  nextOpenTime,
  openTimeOf,
  type Trade,
} from '../market/index.ts';
import { CANDLE_COLUMNS } from './columns.ts';

/** @throws CandlebookError INPUT_INVALID */
export function checkTrade(trade: Trade, symbol: string): void {
  if (trade.symbol !== symbol) throw otherSymbol(trade.symbol, symbol);
  const { id, price, quantity, time } = trade;
  const sound =
    Number.isSafeInteger(id) &&
    id >= 0 &&
    Number.isFinite(price) &&
    price > 0 &&
    Number.isFinite(quantity) &&
    quantity >= 0 &&
    Number.isFinite(time);
  if (!sound) throw unsound(trade);
}

function unsound(trade: Trade): CandlebookError {
  const { id, symbol, price, quantity, time } = trade;
  return new CandlebookError(
    'INPUT_INVALID',
    `Trade ${id} of ${symbol} has price ${price}, quantity ${quantity}, time ${time}.`,
    { value: trade, hint: 'Pass finite numbers: id and quantity not negative, price above zero.' },
  );
}

/** @throws CandlebookError INPUT_INVALID */
export function checkKline(event: KlineEvent, symbol: string, interval: Interval): void {
  if (event.symbol !== symbol) throw otherSymbol(event.symbol, symbol);
  if (event.interval !== interval) {
    throw new CandlebookError(
      'INPUT_INVALID',
      `A bar of ${event.interval} was given to a series of ${interval}.`,
      {
        value: event.interval,
        hint: 'Keep one series an interval, or resample upwards.',
      },
    );
  }
  checkCandle(event.candle, interval, undefined);
}

/** @throws CandlebookError INPUT_INVALID, with the candle's index where it came in an array */
export function checkCandle(candle: Candle, interval: Interval, index: number | undefined): void {
  const at = index === undefined ? '' : ` at index ${index}`;
  for (const column of CANDLE_COLUMNS) {
    if (Number.isFinite(candle[column])) continue;
    throw new CandlebookError('INPUT_INVALID', `The bar${at} has ${column} ${candle[column]}.`, {
      value: candle,
      hint: 'Leave the bar out: a missing bar is a gap, never a number that is none.',
    });
  }
  const { openTime, open, high, low, close } = candle;
  if (openTimeOf(openTime, interval) !== openTime) {
    throw new CandlebookError(
      'INPUT_INVALID',
      `The bar${at} opens at ${openTime}, which is no boundary of ${interval}.`,
      {
        value: openTime,
        hint: `The bar of ${interval} that holds it opens at ${openTimeOf(openTime, interval)}.`,
      },
    );
  }
  if (low > Math.min(open, close) || high < Math.max(open, close) || candle.volume < 0) {
    throw new CandlebookError(
      'INPUT_INVALID',
      `The bar${at} is impossible: open ${open}, high ${high}, low ${low}, close ${close}, volume ${candle.volume}.`,
      { value: candle, hint: 'Low and high must enclose open and close, and volume must not be negative.' },
    );
  }
}

/** Bars must come oldest first, each later than the one before. @throws CandlebookError INPUT_INVALID */
export function checkAscending(times: ArrayLike<number>, interval: Interval): void {
  for (let i = 1; i < times.length; i++) {
    if (times[i]! > times[i - 1]!) continue;
    const what = times[i] === times[i - 1] ? 'the same time as' : 'before';
    throw new CandlebookError(
      'INPUT_INVALID',
      `The bar at index ${i} opens at ${times[i]}, ${what} the one at index ${i - 1}.`,
      { value: times[i], hint: `Sort the bars of ${interval} by openTime and keep one of each.` },
    );
  }
}

/** Last millisecond of the bar. */
export function closeTimeOf(openTime: number, interval: Interval): number {
  return nextOpenTime(openTime, interval) - 1;
}

function otherSymbol(given: string, wanted: string): CandlebookError {
  return new CandlebookError('INPUT_INVALID', `Data of ${given} was given to a series of ${wanted}.`, {
    value: given,
    hint: 'Keep one series a symbol.',
  });
}

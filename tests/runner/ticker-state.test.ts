import { expect, test } from 'vitest';
import { TickerState } from '../../src/runner/ticker-state.ts';
import { ticker, trade } from '../fixtures/market.ts';

test('a trade moves price, change and the day’s extremes; the next ticker of the exchange replaces all', () => {
  const state = new TickerState(['BTCUSD']);
  state.replace(
    ticker('BTCUSD', { openPrice: 100, lastPrice: 101, highPrice: 102, lowPrice: 99, lastTradeId: 10 }),
  );
  expect(state.apply(trade('BTCUSD', { id: 11, price: 104 }))).toBe(true);
  expect(state.list()[0]).toMatchObject({
    lastPrice: 104,
    priceChange: 4,
    priceChangePercent: 4,
    highPrice: 104,
    lowPrice: 99,
  });
  const next = ticker('BTCUSD', {
    openPrice: 100,
    lastPrice: 98,
    highPrice: 104,
    lowPrice: 98,
    lastTradeId: 15,
    eventTime: 9e12,
  });
  state.replace(next);
  expect(state.list()).toEqual([next]);
});

test('a ticker that was sent before the trade shown keeps the trade’s price', () => {
  const state = new TickerState(['BTCUSD']);
  state.replace(ticker('BTCUSD', { openPrice: 100, lastPrice: 100, lastTradeId: 1, eventTime: 1_000 }));
  state.apply(trade('BTCUSD', { id: 5, price: 110, eventTime: 3_000 }));
  state.replace(
    ticker('BTCUSD', { openPrice: 100, lastPrice: 102, volume: 77, lastTradeId: 3, eventTime: 2_000 }),
  );
  expect(state.list()[0]).toMatchObject({ lastPrice: 110, volume: 77, priceChange: 10, lastTradeId: 5 });
});

test('old, doubled and foreign trades change nothing; the order is that of the settings', () => {
  const state = new TickerState(['ETHUSD', 'BTCUSD', 'DOTUSD']);
  expect(state.apply(trade('BTCUSD', { id: 1, price: 5 }))).toBe(false);
  state.replace(ticker('BTCUSD', { lastTradeId: 10, lastPrice: 7 }));
  state.replace(ticker('ETHUSD', {}));
  expect(state.apply(trade('BTCUSD', { id: 10, price: 5 }))).toBe(false);
  expect(state.list().map((t) => t.symbol)).toEqual(['ETHUSD', 'BTCUSD']);
  expect(state.list()[1]!.lastPrice).toBe(7);
});

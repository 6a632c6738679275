import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeTrade, encodeClock, encodeTrade, isClock } from '../../src/cloud/kafka/message.ts';
import { TABLE_SCHEMAS } from '../../src/store/index.ts';
import { trade } from '../fixtures/market.ts';

describe('a trade as a message', () => {
  test('comes back as it was, to the microsecond and the last bit of a double', () => {
    const micros = fc.integer({ min: 1_500_000_000_000_000, max: 1_900_000_000_000_000 });
    const size = fc.double({ min: 1e-8, max: 1e8, noNaN: true });
    const id = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(
        micros,
        micros,
        size,
        size,
        id,
        fc.boolean(),
        (time, eventTime, price, quantity, id, buyerIsMaker) => {
          const sent = trade('BTCUSDT', {
            id,
            price,
            quantity,
            buyerIsMaker,
            time: time / 1_000,
            eventTime: eventTime / 1_000,
          });
          expect(decodeTrade(encodeTrade(sent, 'live'))).toEqual({ trade: sent, source: 'live' });
        },
      ),
      { numRuns: 500 },
    );
  });

  test('is what JSON.stringify writes', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    const micros = fc.integer({ min: 0, max: 2 ** 52 });
    const id = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        id,
        number,
        number,
        micros,
        micros,
        (symbol, id, ...rest) => {
          const [price, quantity, trade_time, event_time] = rest;
          const times = { time: trade_time / 1_000, eventTime: event_time / 1_000 };
          const sent = { ...trade(symbol, { id, price, quantity, ...times }), symbol };
          const { buyerIsMaker } = sent;
          const made = [Math.round(times.time * 1_000), Math.round(times.eventTime * 1_000)];
          const fields = { symbol, tradeId: id, price, quantity, buyerIsMaker };
          expect(encodeTrade(sent, 'live').toString()).toBe(
            Buffer.from(
              JSON.stringify({ ...fields, trade_time: made[0], event_time: made[1], source: 'live' }),
            ).toString(),
          );
        },
      ),
    );
  });

  test('has the columns of raw/trades by their names', () => {
    const { columns } = TABLE_SCHEMAS.find(({ path }) => path === 'raw/trades')!;
    const { source, ...message } = JSON.parse(encodeTrade(trade('BTCUSDT'), 'recorded').toString());
    expect(source).toBe('recorded');
    const made = ['processing_time', 'date'];
    expect(Object.keys(message)).toEqual(
      columns.map(({ name }) => name).filter((name) => !made.includes(name)),
    );
  });

  const good = JSON.parse(encodeTrade(trade('BTCUSDT'), 'live').toString());
  test.each<[what: string, text: string | Buffer | undefined]>([
    ['nothing', undefined],
    ['no JSON', '{"symbol":'],
    ['null', 'null'],
    ['a list', '[]'],
    ...Object.keys(good).map(
      (name) => [`no ${name}`, JSON.stringify({ ...good, [name]: undefined })] as [string, string],
    ),
    ['an id as text', JSON.stringify({ ...good, tradeId: '7' })],
    ['an id above 2^53', JSON.stringify({ ...good, tradeId: 2 ** 53 })],
    ['a price of 0', JSON.stringify({ ...good, price: 0 })],
    ['a source that is none', JSON.stringify({ ...good, source: 'paper' })],
    ['a time before 1970', JSON.stringify({ ...good, trade_time: -1 })],
    ['an event before 1970', JSON.stringify({ ...good, event_time: -1 })],
    ['a symbol that is no UTF-8', Buffer.from(JSON.stringify({ ...good, symbol: '\xff' }), 'latin1')],
  ])('%s is refused', (_, text) => {
    expect(() => decodeTrade(text === undefined ? undefined : Buffer.from(text as string))).toThrow(
      expect.objectContaining({ code: 'RESPONSE_INVALID' }),
    );
  });
});

test('a message that only tells the time is no trade', () => {
  const clock = encodeClock(1_700_000_000_000.5, 'recorded', 1_600_000_000_000);
  expect(JSON.parse(clock.toString())).toEqual({
    clock: 1_700_000_000_000_500,
    event_time: 1_600_000_000_000_000,
    source: 'recorded',
  });
  expect([clock, encodeTrade(trade('BTCUSDT'), 'live'), undefined].map(isClock)).toEqual([
    true,
    false,
    false,
  ]);
});

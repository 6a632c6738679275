import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SimulatedMarket } from '../../src/exchange/model/market.ts';
import { Refusal } from '../../src/exchange/rest/errors.ts';
import { Parameters } from '../../src/exchange/rest/parameters.ts';
import { ROUTES } from '../../src/exchange/rest/routes.ts';
import { control } from '../../src/exchange/stream/control.ts';
import { parseStream } from '../../src/exchange/stream/names.ts';

const market = new SimulatedMarket({
  seed: 7,
  symbols: ['XAAAUSDT', 'DOTUSD'],
  startTime: Date.UTC(2026, 10, 24, 9),
});

const METHODS = ['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS', 'SET_PROPERTY', 'GET_PROPERTY'];
const controlFrame = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.json(),
  fc
    .record(
      {
        method: fc.oneof(fc.constantFrom(...METHODS), fc.jsonValue()),
        params: fc.oneof(
          fc.array(fc.constantFrom('combined', true, false, 'btcusd@trade', 'x y', 7)),
          fc.jsonValue(),
        ),
        id: fc.oneof(fc.nat(), fc.constant(null), fc.jsonValue()),
      },
      { requiredKeys: [] },
    )
    .map((frame) => JSON.stringify(frame)),
);

test('any text on a socket gets an answer: a result or one of the documented errors', () => {
  fc.assert(
    fc.property(controlFrame, (text) => {
      const subscriptions = new Set<string>();
      const answer = control(text, {
        combined: false,
        subscriptions,
        subscribe: (names) => {
          for (const name of names) subscriptions.add(name);
        },
        unsubscribe: (names) => {
          for (const name of names) subscriptions.delete(name);
        },
      });
      const { code, msg, id, result } = JSON.parse(answer.text);
      expect(answer.refused).toBe(code !== undefined);
      if (answer.refused) {
        expect(code).toBeOneOf([0, 1, 2, 3]);
        expect(msg.length).toBeGreaterThan(0);
      } else expect(result).not.toBeUndefined();
      expect(id).not.toBeUndefined();
      for (const name of subscriptions) parseStream(name);
    }),
    { numRuns: 3_000, examples: [['{"method":{"toString":0},"id":0}']] },
  );
});

/** What may be sent by each name: right, nearly right and wrong. */
const VALUES = {
  symbol: ['XAAAUSDT', 'DOTUSD', 'btcusd', 'NOPE', ''],
  symbols: ['["XAAAUSDT"]', '["XAAAUSDT","DOTUSD"]', '["XAAAUSDT","XAAAUSDT"]', '[]', '[1]', 'XAAAUSDT'],
  interval: ['1m', '1h', '1M', '1s', '7m'],
  limit: ['1', '3', '500', '5000', '0', '-1', '99999999999999999999'],
  fromId: ['0', '500000000', '99999999999999999999'],
  startTime: ['0', '1795510000000', '99999999999999999999'],
  endTime: ['0', '1795510800000', '99999999999999999999'],
  timeZone: ['0', '+05:45', '-12:00', '15'],
  type: ['FULL', 'MINI', 'BIG'],
  windowSize: ['1m', '23h', '7d', '8d', '0m'],
  x: ['1'],
} as const;
const query = fc.record(
  Object.fromEntries(
    Object.entries(VALUES).map(([name, values]) => [
      name,
      fc.oneof(
        { arbitrary: fc.constantFrom(...values), weight: 9 },
        { arbitrary: fc.string({ unit: 'grapheme' }), weight: 1 },
      ),
    ]),
  ),
  { requiredKeys: [] },
);
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  klines: ['symbol', 'interval', 'startTime', 'endTime', 'timeZone', 'limit'],
  uiKlines: ['symbol', 'interval', 'startTime', 'endTime', 'timeZone', 'limit'],
  aggTrades: ['symbol', 'fromId', 'startTime', 'endTime', 'limit'],
  historicalTrades: ['symbol', 'fromId', 'limit'],
  trades: ['symbol', 'limit'],
  depth: ['symbol', 'limit'],
  avgPrice: ['symbol'],
  ticker: ['symbol', 'symbols', 'windowSize', 'type'],
  '24hr': ['symbol', 'symbols', 'type'],
  tradingDay: ['symbol', 'symbols', 'timeZone', 'type'],
  price: ['symbol', 'symbols'],
  bookTicker: ['symbol', 'symbols'],
  exchangeInfo: ['symbol', 'symbols'],
};

test('any query is answered or refused with a documented code, and no answer is longer than its limit', async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(ROUTES)),
      query,
      fc.nat(9),
      async (path, values, strict) => {
        // Most queries keep to what the endpoint knows: others are refused before much of it is read.
        const known = KNOWN[path.split('/').at(-1)!] ?? [];
        const pairs = Object.entries(values)
          .filter(([name]) => strict === 0 || known.includes(name))
          .map(([name, value]) => [name, String(value)]);
        try {
          const parameters = new Parameters(new URLSearchParams(pairs), market.instruments);
          const prepared = ROUTES[path]!({ market, parameters, unit: 1, weightLimit: 6000, stale: false });
          expect(prepared.weight).toBeGreaterThan(0);
          const answer = await prepared.answer();
          expect(JSON.stringify(answer)).toBeTypeOf('string');
          answered++;
          if (Array.isArray(answer)) expect(answer.length).toBeLessThanOrEqual(1000);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          expect(error.code).toBeLessThanOrEqual(-1100);
          expect(error.status).toBe(400);
        }
      },
    ),
    { numRuns: 3_000 },
  );
  expect(answered).toBeGreaterThan(300);
}, 60_000);

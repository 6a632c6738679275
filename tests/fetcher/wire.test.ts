import { describe, expect, test } from 'vitest';
import { parseFrame } from '../../src/fetcher/wire/plain.ts';

describe('frames become typed events', () => {
  test('a wrapped trade, with numbers and epoch ms', () => {
    const frame =
      '{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}';
    expect(parseFrame(frame)).toEqual({
      type: 'trade',
      symbol: 'BTCUSDT',
      id: 3735683259,
      price: 61837.63,
      quantity: 0.02,
      time: 1723161255342,
      eventTime: 1723161255343,
      buyerIsMaker: true,
    });
  });

  test('microsecond stamps become epoch ms with their fraction', () => {
    const frame =
      '{"e":"trade","E":1723161255343123,"s":"BTCUSDT","t":1,"p":"1","q":"1","T":1723161255342500,"m":false}';
    expect(parseFrame(frame)).toMatchObject({ eventTime: 1723161255343.123, time: 1723161255342.5 });
  });

  test('a depth update, raw', () => {
    const frame = '{"e":"depthUpdate","E":1,"s":"A1","U":5,"u":9,"b":[["1.5","0.00000000"]],"a":[]}';
    expect(parseFrame(frame)).toMatchObject({
      type: 'depth',
      firstUpdateId: 5,
      lastUpdateId: 9,
      bids: [[1.5, 0]],
      asks: [],
    });
  });

  test('control answers, shutdown notice, and kinds that are not known', () => {
    expect(parseFrame('{"result":null,"id":3}')).toEqual({ type: 'answer', id: 3, error: undefined });
    expect(parseFrame('{"code":2,"msg":"Invalid request","id":1}')).toMatchObject({
      error: { code: 2, msg: 'Invalid request' },
    });
    expect(parseFrame('{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1}}')).toEqual({
      type: 'serverShutdown',
    });
    expect(parseFrame('{"e":"somethingNew","E":1}')).toBeUndefined();
  });
});

describe('what is damaged is refused by name, never a wrong number', () => {
  const trade = { e: 'trade', E: 1, s: 'BTCUSDT', t: 1, p: '1', q: '1', T: 1, m: true };
  test.each([
    ['p', 'NaN'],
    ['p', ''],
    ['p', 12],
    ['q', null],
    ['t', '7'],
    ['t', 1.5],
    ['t', 2 ** 60],
    ['T', undefined],
    ['m', 'true'],
    ['s', ''],
  ])('%s = %j', (name, value) => {
    expect(() => parseFrame(JSON.stringify({ ...trade, [name]: value }))).toThrowError(
      expect.objectContaining({
        code: 'RESPONSE_INVALID',
        message: expect.stringContaining(`Field ${name}`),
      }),
    );
  });

  test('half a frame, with its beginning', () => {
    expect(() => parseFrame('{"e":"tra')).toThrowError(/A frame is not JSON: "\{\\"e\\":\\"tra"/);
  });
});

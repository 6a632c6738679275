import { expect, test } from 'vitest';
import { candlebook } from '../fixtures/cli.ts';

test('a connection string on the command line is refused, and not repeated', async () => {
  const key = 'bm90LWZvci1vdGhlcnM=';
  const to = `Endpoint=sb://hub.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=${key}`;
  const { ended, output } = candlebook(['publish', '--symbols', 'BTCUSDT', '--to', to]);
  expect((await ended)[0]).toBe(1);
  expect(output.err).toContain('EVENT_HUBS_CONNECTION_STRING');
  expect(output.err + output.out).not.toContain(key);
});

test('a reference that leads nowhere is named', async () => {
  const { ended, output } = candlebook(['publish', '--symbols', 'BTCUSDT'], {
    EVENT_HUBS_CONNECTION_STRING: '',
  });
  expect((await ended)[0]).toBe(1);
  expect(output.err).toContain('EVENT_HUBS_CONNECTION_STRING');
});

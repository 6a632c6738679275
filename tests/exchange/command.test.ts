import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { SOURCE_HEADER } from '../../src/market/index.ts';
import { candlebook } from '../fixtures/cli.ts';

const run = (...args: string[]) => candlebook(args);

test.each(['SIGTERM', 'SIGINT'] as const)(
  'prints its addresses as JSON, serves, and ends cleanly at %s',
  async (signal) => {
    const { child, output, ended } = run('exchange', '--port', '0', '--json', '--seed', '3');
    while (!output.out.includes('\n')) await once(child.stdout, 'data');
    const { restUrl, wsUrl, source, pid } = JSON.parse(output.out);
    expect([source, pid]).toEqual(['simulated', child.pid]);
    expect(wsUrl).toMatch(/^ws:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(`${restUrl}/api/v3/ping`);
    expect([response.status, response.headers.get(SOURCE_HEADER)]).toEqual([200, 'simulated']);
    child.kill(signal);
    expect(await ended).toEqual([0, null]);
    expect(output.err).toBe('');
  },
);

test('the same seed and start time give the same trades', async () => {
  const page = async () => {
    const { child, output, ended } = run(
      'exchange',
      '--port',
      '0',
      '--json',
      '--seed',
      '5',
      '--start-time',
      '2026-11-24T09:00Z',
      '--speed',
      '0.001',
    );
    while (!output.out.includes('\n')) await once(child.stdout, 'data');
    const response = await fetch(`${JSON.parse(output.out).restUrl}/api/v3/trades?symbol=BTCUSD&limit=50`);
    const trades = await response.json();
    child.kill('SIGTERM');
    await ended;
    return trades;
  };
  const first = await page();
  expect(first).toHaveLength(50);
  expect(first.at(-1).time).toBeLessThanOrEqual(Date.UTC(2026, 10, 24, 9));
  expect(await page()).toEqual(first);
});

test('says in its line that the market is simulated', async () => {
  const { child, output, ended } = run('exchange', '--port', '0');
  while (!output.out.includes('\n')) await once(child.stdout, 'data');
  expect(output.out).toMatch(/^Exchange \(simulated\): REST http:\/\/127\.0\.0\.1:\d+, streams ws:/);
  child.kill('SIGTERM');
  expect((await ended)[0]).toBe(0);
});

test('a port in use ends it with code 1 and what to do; wrong usage with 2; help with 0', async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const { port } = blocker.address() as { port: number };
  const busy = run('exchange', '--port', String(port));
  const wrong = run('exchange', '--port', 'x');
  const help = run('exchange', '--help');
  const codes = await Promise.all([busy.ended, wrong.ended, help.ended]);
  blocker.close();
  expect(codes.map(([code]) => code)).toEqual([1, 2, 0]);
  expect(busy.output.err).toMatch(/^PORT_IN_USE: Port \d+ .* port 0/);
  expect(help.output.out).toContain('candlebook exchange --port 8080 --seed 7');
});

import { expect, test } from 'vitest';
import { Mailbox } from '../../src/fetcher/mailbox.ts';

const keyOf = (value: string) => (value.startsWith('ticker') ? value.split(' ')[1] : undefined);

test('tickers are conflated once the reader is behind, in place; trades never', async () => {
  const mailbox = new Mailbox<string>({ limit: 30, keyOf });
  for (const value of ['ticker A 1', 'ticker B 1', 'trade 1']) mailbox.push(value);
  for (const value of ['ticker A 2', 'trade 2', 'ticker B 2', 'ticker A 3', 'trade 3']) mailbox.push(value);
  expect(mailbox.conflated).toBe(3);
  mailbox.end();
  const read: string[] = [];
  for (let item = await mailbox.next(); !item.done; item = await mailbox.next()) read.push(item.value);
  expect(read).toEqual(['ticker A 3', 'ticker B 2', 'trade 1', 'trade 2', 'trade 3']);
});

test('however many tickers come, what waits is bounded', async () => {
  const mailbox = new Mailbox<string>({ limit: 30, keyOf });
  for (let i = 0; i < 100_000; i++) mailbox.push(`ticker ${i % 3} ${i}`);
  expect(mailbox.length).toBe(3);
  // What was read is not replaced any more.
  expect((await mailbox.next()).value).toBe('ticker 0 99999');
  for (let i = 0; i < 6; i++) mailbox.push(`ticker ${i % 3} new${i}`);
  expect(mailbox.length).toBe(3);
});

test('the source is told when the queue is full and when half of it is read', async () => {
  const told: string[] = [];
  const mailbox = new Mailbox<number>({
    limit: 10,
    onFull: () => told.push('full'),
    onDrained: () => told.push('drained'),
  });
  for (let i = 0; i < 11; i++) mailbox.push(i);
  let room = false;
  void mailbox.room().then(() => {
    room = true;
  });
  for (let i = 0; i < 5; i++) await mailbox.next();
  expect([told, room]).toEqual([['full'], false]);
  await mailbox.next();
  await Promise.resolve();
  expect([told, room]).toEqual([['full', 'drained'], true]);
});

import { expect, test } from 'vitest';
import { fuzzBodies, fuzzFrames } from './fuzz.ts';

test('20,000 damaged frames: an event with the right numbers, or refused by name', () => {
  const { events, rejected } = fuzzFrames(20_000, Date.now());
  expect(events).toBeGreaterThan(500);
  expect(rejected).toBeGreaterThan(5_000);
});

test('4,000 damaged answers of REST, the same', async () => {
  const { events, rejected } = await fuzzBodies(4_000, Date.now());
  expect(events).toBeGreaterThan(100);
  expect(rejected).toBeGreaterThan(1_000);
});

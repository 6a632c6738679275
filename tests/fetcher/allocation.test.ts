import { expect, test } from 'vitest';
import { bytesAStep } from '../fixtures/allocation.ts';

const WIRE = new URL('../../src/fetcher/wire/index.ts', import.meta.url).href;

/** Frames of a trade each, and beside them the event alone, made of numbers that are there already. */
const SCRIPT = `
const { readFrame } = await import(${JSON.stringify(WIRE)});
const frames = Array.from({ length: 256 }, (_, i) => Buffer.from(
  '{"stream":"btcusdt@trade","data":{"e":"trade","E":17672256001' + (10 + (i % 80)) +
  ',"s":"BTCUSDT","t":' + (3735683258 + i) + ',"p":"' + (60000 + i * 0.25).toFixed(8) + '","q":"0.0' + (1000 + i) +
  '000","T":17672256001' + (10 + (i % 80)) + ',"m":' + (i % 2 === 0) + ',"M":true}}',
));
const event = readFrame(frames[0], false, 0, frames[0].length);
if (event.type !== 'trade' || event.symbol !== 'BTCUSDT' || event.price !== 60000) throw new Error(JSON.stringify(event));
const kept = new Array(64).fill(event);
const parse = (steps) => {
  for (let i = 0; i < steps; i++) {
    const frame = frames[i & 255];
    kept[i & 63] = readFrame(frame, false, 0, frame.length);
  }
};
const names = Object.keys(event);
const make = new Function('kept', 'steps', \`
  for (let i = 0; i < steps; i++) {
    const price = 60_000.25 + i;
    kept[i & 63] = { \${names.map((name) => name + ': ' + (typeof event[name] === 'number' ? 'price' : JSON.stringify(event[name]))).join(', ')} };
  }\`);
const loops = [parse, (steps) => make(kept, steps)];
`;

/** Less than a number on its way takes, where the engine has to box it. */
const HALF_A_BOX = 8;

test('reading a trade takes the memory of its event alone: no string, no object, no number on its way', () => {
  const [parsed, alone] = bytesAStep(SCRIPT, { steps: 100_000 }) as [number, number];
  expect(alone).toBeGreaterThan(40);
  expect(parsed).toBeLessThanOrEqual(alone + HALF_A_BOX);
}, 60_000);

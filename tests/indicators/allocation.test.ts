import { expect, test } from 'vitest';
import { bytesAStep } from '../fixtures/allocation.ts';

const INDICATORS = new URL('../../src/indicators/index.ts', import.meta.url).href;

const SCRIPT = `
const { INDICATORS } = await import(${JSON.stringify(INDICATORS)});
const indicator = INDICATORS[process.argv[1]]();
const bars = Array.from({ length: 65_536 }, (_, i) => {
  const close = 60_000 * (1 + 0.01 * Math.sin(i * 1.7));
  return { high: close + 5.5, low: close - 5.5, close, volume: 3.5 + Math.sin(i) };
});
const into = Object.fromEntries(indicator.outputs.map((line) => [line, 0.5]));
const out = new Float64Array(8);
const isNumber = indicator.inputs.length === 1;
const isLine = indicator.outputs.length === 1;
const loop = (call) => new Function('indicator', 'bars', 'out', 'into', 'steps', \`
  for (let i = 0; i < steps; i++) {
    const bar = bars[i & 65_535];
    \${isLine ? 'out[i & 7] = ' : ''}indicator.\${call}(\${isNumber ? 'bar.close' : 'bar'}, into);
  }\`);
const loops = ['update', 'peek'].map(loop).map((each) => (steps) => each(indicator, bars, out, into, steps));
`;

test.each(['sma', 'ema', 'wma', 'rsi', 'macd', 'bollinger', 'atr', 'mfi', 'donchian'])(
  '%s takes no memory for an update or a peek',
  (name) => {
    for (const bytes of bytesAStep(SCRIPT, { word: name })) expect(bytes).toBeLessThan(1);
  },
  60_000,
);

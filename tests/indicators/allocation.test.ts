import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const INDICATORS = fileURLToPath(new URL('../../src/indicators/index.ts', import.meta.url));

/** Bytes a step of `update` and of `peek`, once the engine has compiled them. */
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
const loops = ['update', 'peek'].map(loop);
const run = (each, steps) => each(indicator, bars, out, into, steps);
for (let round = 0; round < 20; round++) for (const each of loops) run(each, 50_000);
const taken = loops.map((each) => {
  gc();
  const before = process.memoryUsage().heapUsed;
  run(each, 500_000);
  return (process.memoryUsage().heapUsed - before) / 500_000;
});
console.log(JSON.stringify(taken));
`;

/** In one thread, so that code is compiled when it is due and not when a second core is free. */
test.each(['sma', 'ema', 'wma', 'rsi', 'macd', 'bollinger', 'atr', 'mfi', 'donchian'])(
  '%s takes no memory for an update or a peek',
  (name) => {
    const flags = ['--single-threaded', '--expose-gc', '--max-semi-space-size=64', '--input-type=module'];
    const child = spawnSync(process.execPath, [...flags, '-e', SCRIPT, name], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
      timeout: 60_000,
    });
    expect(child.stderr).toBe('');
    for (const bytes of JSON.parse(child.stdout) as number[]) expect(bytes).toBeLessThan(1);
  },
  60_000,
);

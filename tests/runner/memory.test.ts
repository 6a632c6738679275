import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { giveMemoryBack } from '../../src/runner/memory.ts';

afterEach(() => void vi.useRealTimers());

test('what a burst left is given back once; what is needed again after that stays', () => {
  vi.useFakeTimers();
  let rss = 200;
  let collections = 0;
  const end = giveMemoryBack({ collect: () => void collections++, resident: () => rss, lookMs: 1_000 });
  const after = (ms: number, taken: number) => {
    rss = taken;
    vi.advanceTimersByTime(ms);
    return collections;
  };
  expect(after(3_000, 200)).toBe(0);
  expect(after(3_000, 225)).toBe(0);
  expect(after(1_000, 290)).toBe(1);
  // It comes again within a look: the process works with so much.
  expect(after(5_000, 280)).toBe(1);
  expect(after(1_000, 400)).toBe(2);
  expect(after(5_000, 210)).toBe(2);
  expect(after(1_000, 290)).toBe(3);
  end();
  expect(after(9_000, 900)).toBe(3);
});

test('without a collector nothing is done; with the process’s own, freed pages go back to the system', () => {
  const script = `
    const { giveMemoryBack } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/runner/memory.ts'))});
    const end = giveMemoryBack({ lookMs: 200 });
    const rss = () => process.memoryUsage.rss();
    await new Promise((resolve) => setTimeout(resolve, 300));
    let burst = Array.from({ length: 500_000 }, (_, i) => ({ a: i + 0.5, b: String(i) }));
    const most = rss();
    burst = undefined;
    const until = Date.now() + 10_000;
    while (rss() > most * 0.7 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
    console.log(rss() < most * 0.7);
    end();`;
  const run = (...flags: string[]) =>
    execFileSync(process.execPath, [...flags, '--input-type=module', '-e', script], {
      encoding: 'utf8',
    }).trim();
  expect(run('--expose-gc')).toBe('true');
}, 60_000);

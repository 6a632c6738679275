import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the runner's processor time goes, as shares of the whole, the most first. */
export type Shares = readonly (readonly [part: string, share: number])[];

/** Parts by where the code lies; the first that fits. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/\/src\/fetcher\/wire\//, 'parse'],
  [/\/src\/fetcher\/|\/node_modules\/ws\//, 'feed'],
  [/\/src\/candles\//, 'candles'],
  [/\/src\/indicators\//, 'indicators'],
  [/\/src\/store\/|\/node_modules\/hy/, 'store'],
  [/\/src\/(dashboard|insights)\/|\/src\/runner\/(console|display|pacer|chart-view)/, 'display'],
  [/\/src\/telemetry\/|\/src\/runner\/watch/, 'telemetry'],
  [/\/src\/runner\//, 'runner'],
  [/\/tests\/bench\//, 'the measuring'],
];

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Of a folder of V8 profiles, that of the thread which was sampled longest; what waits is not counted. */
export function sharesOf(folder: string): Shares {
  const busy = readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => timesOf(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profile))
    .map((times) => ({ times, sum: [...times.values()].reduce((sum, one) => sum + one, 0) }))
    .sort((a, b) => b.sum - a.sum)[0];
  if (!busy) throw new Error(`no profile in ${folder}`);
  return [...busy.times].map(([part, time]) => [part, time / busy.sum] as const).sort((a, b) => b[1] - a[1]);
}

/** Each function's own time, by its part; what the engine and Node do is of whoever called it. */
function timesOf({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parts = new Map<number, string>();
  const walk = (id: number, above: string) => {
    const { callFrame, children = [] } = byId.get(id)!;
    const part = partOf(callFrame) ?? above;
    parts.set(id, part);
    for (const child of children) walk(child, part);
  };
  walk(nodes[0]!.id, 'sockets and Node');
  const times = new Map<string, number>();
  samples.forEach((id, i) => {
    const part = parts.get(id)!;
    if (part !== 'waiting') times.set(part, (times.get(part) ?? 0) + timeDeltas[i]!);
  });
  return times;
}

function partOf({ functionName, url }: Profile['nodes'][number]['callFrame']): string | undefined {
  if (functionName === '(idle)') return 'waiting';
  if (functionName === '(garbage collector)') return 'collecting garbage';
  return PARTS.find(([pattern]) => pattern.test(url))?.[1];
}

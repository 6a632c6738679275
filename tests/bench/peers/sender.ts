import type { Run } from '../measure/subject.ts';
import { PYTHON_WORKLOAD } from '../measure/workload.ts';

export const PYTHON = { name: 'python3', language: 'python' };

/** Beginning of a peer's first cell: the workload in Python. */
export const PYTHON_SETUP = `import json, time\n${PYTHON_WORKLOAD}`;

/** A cell that calls `tick(n)` of the first cell at an even rate, catching up when it is late. */
export function pythonRun({ rate, first, ticks, stampsFile }: Run): string {
  return `
stamps = []
begin = time.time()
for k in range(${ticks}):
    time.sleep(max(0, begin + k / ${rate} - time.time()))
    stamps.append(time.time() * 1000)
    tick(${first} + k)
with open(${JSON.stringify(stampsFile)}, 'w') as file:
    json.dump(stamps, file)
`.trim();
}

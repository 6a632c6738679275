/** A million damaged frames and REST answers: each is an event with the right numbers, or refused by name. */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { fuzzBodies, fuzzFrames, type Outcome } from './fuzz.ts';

const HELP = `npm run test:fuzz [-- --runs N --seed N]

Gives damaged frames (four of five) and REST answers to the readers: no crash, hang, growing memory or wrong number.
Exit code 1 with the smallest offending input otherwise.
  --runs N  inputs (default 1,000,000)
  --seed N  of the damage (default: the time, printed)

Example: npm run test:fuzz -- --runs 100000 --seed 7`;

const CHUNK = 20_000;
const HANG_MS = 60_000;
const MOST_GROWTH_MB = 16;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(HELP);
else process.exitCode = await run(Number(values.runs), Number(values.seed));

async function run(runs: number, seed: number): Promise<number> {
  if (!(runs > 0) || !Number.isSafeInteger(seed))
    throw new Error(`--runs ${values.runs} --seed ${values.seed}: numbers are wanted`);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heapMb = () => {
    collect();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  const alive = watchdog();
  const sums: Outcome = { events: 0, rejected: 0, ignored: 0 };
  let early: number | undefined;
  const began = performance.now();
  for (let done = 0; done < runs; ) {
    const chunk = Math.min(CHUNK, runs - done);
    const frames = Math.ceil(chunk * 0.8);
    for (const outcome of [fuzzFrames(frames, seed + done), await fuzzBodies(chunk - frames, seed + done)]) {
      sums.events += outcome.events;
      sums.rejected += outcome.rejected;
      sums.ignored += outcome.ignored;
    }
    done += chunk;
    alive.beat();
    if (early === undefined && done >= runs / 10) early = heapMb();
    if ((done / CHUNK) % 5 === 0) console.log(`${done.toLocaleString('en')} of ${runs.toLocaleString('en')}`);
  }
  alive.stop();
  const growth = heapMb() - (early ?? 0);
  console.log(
    `seed ${seed}: events ${sums.events} rejected ${sums.rejected} ignored ${sums.ignored}, ` +
      `heap grew by ${growth.toFixed(1)} MB after the first tenth, ${((performance.now() - began) / 1000).toFixed(0)} s`,
  );
  return growth > MOST_GROWTH_MB ? 1 : 0;
}

/** Ends the process when nothing has moved for too long: a reader that hangs can not say so itself. */
function watchdog(): { beat(): void; stop(): void } {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     let timer;
     const wind = () => { clearTimeout(timer); timer = setTimeout(() => { console.error('No progress for ${HANG_MS / 1000} s: a reader hangs.'); process.kill(${process.pid}, 'SIGKILL'); }, ${HANG_MS}); };
     parentPort.on('message', wind); wind();`,
    { eval: true },
  );
  worker.unref();
  return { beat: () => worker.postMessage(0), stop: () => void worker.terminate() };
}

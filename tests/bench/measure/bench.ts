import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser } from '../../fixtures/browser.ts';
import { Jupyter } from '../../fixtures/jupyter.ts';
import { run, say, step } from '../../fixtures/step.ts';
import { verdicts } from './goals.ts';
import { benchOptions, positive } from './options.ts';
import { conclude } from './report.ts';
import { type Plan, type SessionResult, session } from './session.ts';
import type { Subject } from './subject.ts';
import { summarise } from './summary.ts';
import { figuresTable, ratiosTable } from './tables.ts';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const HEAP_TICKS = 2000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface LiveBench {
  name: string;
  /** The subject that is held to the goals; its kernelspec is the checkout's. */
  ours: Subject;
  versions: Record<string, string>;
  /** Subjects to compare with, the best one first, and the Python that holds them and the same JupyterLab. */
  peers(): Promise<{ python: string; subjects: Subject[]; versions: Record<string, string> }>;
}

const OPTIONS = {
  rates: { type: 'string', default: '1,5,10,20' },
  seconds: { type: 'string', default: '15' },
  memory: { type: 'string', default: String(HEAP_TICKS) },
  screenshots: { type: 'string' },
} as const;

/**
 * Shows each subject in real JupyterLab and Chromium, in rounds that take turns, prints the figures and the
 * goals, and returns the exit code: 1 when a goal is missed by more than the noise, 130 when interrupted.
 *
 * `--peers` compares, `--json FILE` writes everything, `--rates 1,5,10,20`, `--rounds 3`, `--seconds 15` of
 * each rate, `--memory 2000` ticks of the heap's run (0: none), `--screenshots FOLDER`.
 */
export async function liveBench(bench: LiveBench, argv: string[]): Promise<number> {
  const values = benchOptions(OPTIONS, argv);
  const rounds = positive('rounds', values.rounds ?? '3');
  const seconds = positive('seconds', values.seconds);
  const memoryTicks = Number(values.memory);
  const plans = values.rates.split(',').map((text): Plan => {
    const rate = positive('rates', text);
    return { rate, ticks: Math.max(2, Math.round(rate * seconds)) };
  });

  const compared = values.peers ? await bench.peers() : undefined;
  const subjects = [bench.ours, ...(compared?.subjects ?? [])];
  const results = new Map<Subject, SessionResult[]>(subjects.map((subject) => [subject, []]));
  const folder = mkdtempSync(join(tmpdir(), 'candlebook-bench-'));
  // The notebooks import the package by its name, as in anyone's project.
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(checkout, join(folder, 'node_modules', 'candlebook'), 'junction');
  const python =
    compared?.python ??
    join(
      checkout,
      '.venv',
      ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']),
    );
  const jupyter = await step('JupyterLab', () =>
    Jupyter.start({ python, folder, kernelPaths: [join(checkout, '.venv', 'share', 'jupyter')] }),
  );
  // Ctrl-C ends the session at hand, and with it all that was started.
  const browser = await openBrowser({ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false });
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    void browser.close();
  };
  for (const signal of SIGNALS) process.once(signal, interrupt);
  const jupyterlab = (await run(python, ['-c', 'import jupyterlab; print(jupyterlab.__version__)'])).trim();
  const versions = {
    Chromium: browser.version(),
    jupyterlab,
    ...bench.versions,
    ...compared?.versions,
  };
  const minutes = (rounds * subjects.length * (plans.length * (seconds + 2) + 12) + memoryTicks / 20) / 60;
  say(`${subjects.map(({ name }) => name).join(', ')}: about ${Math.ceil(minutes)} min`);
  try {
    for (let round = 0; round < rounds; round++) {
      const turn = round % 2 === 0 ? subjects : subjects.toReversed();
      for (const subject of turn) {
        const withMemory = subject === bench.ours && round === rounds - 1;
        const measured = await step(`round ${round + 1}/${rounds}: ${subject.name}`, () =>
          session(subject, {
            browser,
            jupyter,
            folder,
            plans,
            memoryTicks: withMemory ? memoryTicks : 0,
            ...(values.screenshots ? { screenshot: join(values.screenshots, `${subject.name}.png`) } : {}),
          }),
        );
        results.get(subject)!.push(measured);
      }
    }
  } catch (error) {
    if (!interrupted) throw error;
    say('interrupted');
    return 130;
  } finally {
    await browser.close();
    await jupyter.stop();
    for (const signal of SIGNALS) process.off(signal, interrupt);
    rmSync(folder, { recursive: true, force: true });
  }

  const [ours, ...others] = subjects.map((subject) => summarise(subject.name, results.get(subject)!));
  const judged = verdicts(ours!, others[0]);
  say('');
  const { memory } = ours!;
  return conclude(
    {
      bench: bench.name,
      versions,
      setting: `six panels of 500 points, every point moves at every tick; ${rounds} rounds of ${seconds} s a rate; kernel stamp to painted`,
      tables: [figuresTable([ours!, ...others]), ...(others.length > 0 ? [ratiosTable(ours!, others)] : [])],
      notes: memory
        ? [
            `${ours!.name}, ${memory.ticks} ticks: heap ${memory.heapFirstMB.toFixed(1)} → ${memory.heapLastMB.toFixed(1)} MB, DOM ${memory.nodesFirst} → ${memory.nodesLast} nodes (after a quarter, at the end)`,
          ]
        : [],
      verdicts: judged,
      raw: {
        summaries: [ours, ...others],
        byRound: [...results].map(([{ name }, sessions]) => ({ name, sessions })),
      },
    },
    { json: values.json },
  );
}

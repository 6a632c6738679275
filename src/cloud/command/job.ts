import { Command, InvalidArgumentError } from 'commander';
import { asDuration } from '../../arguments/index.ts';
import type { Databricks, JobRun } from '../databricks/index.ts';
import { asParameter } from './parameter.ts';
import {
  ACCESS_HELP,
  inWorkspace,
  say,
  type Verb,
  type WorkspaceFlags,
  whileWaiting,
  withVerbs,
} from './workspace.ts';

interface Flags extends WorkspaceFlags {
  readonly wait: boolean;
  readonly timeout?: number;
  readonly param?: Readonly<Record<string, string>>;
  readonly json?: boolean;
}

const HELP = `
A job is named by its id or its name, a run by its id. Ctrl-C ends the waiting; the run goes on.
${ACCESS_HELP}`;

/** `candlebook cloud job …`: jobs in Databricks. */
export function jobCommand(exitCodes: string): Command {
  const command = new Command('job').description('Run a job in Databricks, look at its runs, or cancel one');
  return withVerbs(command, [runVerb(), statusVerb(), cancelVerb()], HELP, exitCodes);
}

function runVerb(): Verb {
  const verb = new Command('run')
    .description('Run a job, and wait until it is through')
    .argument('<job>', 'id or name')
    .option('--param <name=value>', 'a parameter of the job; may be repeated', asParameter)
    .option('--no-wait', 'end as soon as it is started')
    .option('--timeout <time>', 'wait so long at most: 10m, 2h (default: 1h)', asDuration)
    .option('--json', 'one line of JSON')
    .action((name: string, flags: Flags) => inWorkspace(flags, (on, signal) => run(on, name, flags, signal)));
  return { verb, example: 'candlebook cloud job run candlebook-maintenance' };
}

async function run(on: Databricks, name: string, flags: Flags, signal: AbortSignal): Promise<void> {
  const jobId = await on.jobs.find(name);
  const runId = await on.jobs.run(jobId, flags.param ? { parameters: flags.param } : {});
  say(`Run ${runId} started.`);
  if (!flags.wait) return print(await on.jobs.get(runId, signal), flags.json);
  const { timeout } = flags;
  const waiting = on.jobs.wait(runId, { signal, ...(timeout === undefined ? {} : { timeoutMs: timeout }) });
  print(await whileWaiting(waiting, `run ${runId}`, `candlebook cloud job cancel ${runId}`), flags.json);
}

function statusVerb(): Verb {
  const verb = new Command('status')
    .description('State of a run, its tasks and its page')
    .argument('<run>', 'id of the run', asRunId)
    .option('--json', 'one line of JSON')
    .action((runId: string, flags: Flags) =>
      inWorkspace(flags, async (on, signal) => print(await on.jobs.get(runId, signal), flags.json)),
    );
  return { verb, example: 'candlebook cloud job status 1044634869475529' };
}

function cancelVerb(): Verb {
  const verb = new Command('cancel')
    .description('Cancel a run')
    .argument('<run>', 'id of the run', asRunId)
    .option('--json', 'one line of JSON')
    .action((runId: string, flags: Flags) =>
      inWorkspace(flags, async (on, signal) => {
        await on.jobs.cancel(runId);
        print(await on.jobs.get(runId, signal), flags.json);
      }),
    );
  return { verb, example: 'candlebook cloud job cancel 1044634869475529' };
}

function asRunId(text: string): string {
  if (/^\d{1,20}$/.test(text)) return text;
  throw new InvalidArgumentError('It has to be the number of a run.');
}

function print(run: JobRun, json = false): void {
  const { runId, state, result, message, url, tasks } = run;
  const lines = [
    `Run ${runId}: ${result ?? state}${message ? `. ${message}` : ''}${url ? `  ${url}` : ''}`,
    ...tasks.map((task) => `  ${task.key}: ${task.state}${task.message ? `. ${task.message}` : ''}`),
  ];
  process.stdout.write(json ? `${JSON.stringify(run)}\n` : `${lines.join('\n')}\n`);
}

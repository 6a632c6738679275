import { Command } from 'commander';
import { asDuration, wholeNumber } from '../../arguments/index.ts';
import type { Databricks, Pipeline, PipelineEvent } from '../databricks/index.ts';
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
  readonly fullRefresh?: boolean;
  readonly validateOnly?: boolean;
  readonly events: number;
  readonly json?: boolean;
}

const HELP = `
A pipeline is named by its id or its name. Ctrl-C ends the waiting; the update goes on.
${ACCESS_HELP}`;

/** `candlebook cloud pipeline …`: the declarative pipeline in Databricks. */
export function pipelineCommand(exitCodes: string): Command {
  const command = new Command('pipeline').description('Start, stop or look at the pipeline in Databricks');
  return withVerbs(command, [startVerb(), stopVerb(), statusVerb()], HELP, exitCodes);
}

function startVerb(): Verb {
  const verb = new Command('start')
    .description('Start an update of the pipeline, and wait until it is through')
    .argument('<pipeline>', 'id or name')
    .option('--full-refresh', 'empty all tables, and read everything that the topic still holds anew')
    .option('--validate-only', 'check its files, and compute nothing')
    .option('--no-wait', 'end as soon as it is started')
    .option('--timeout <time>', 'wait so long at most: 10m, 2h (default: 1h)', asDuration)
    .option('--json', 'one line of JSON')
    .action((name: string, flags: Flags) =>
      inWorkspace(flags, (on, signal) => start(on, name, flags, signal)),
    );
  return { verb, example: 'candlebook cloud pipeline start candlebook-market --timeout 20m' };
}

async function start(on: Databricks, name: string, flags: Flags, signal: AbortSignal): Promise<void> {
  const { fullRefresh = false, validateOnly = false, timeout, wait, json } = flags;
  const pipelineId = await on.pipelines.find(name);
  const updateId = await on.pipelines.start(pipelineId, { fullRefresh, validateOnly });
  const url = `${on.host}/pipelines/${pipelineId}/updates/${updateId}`;
  say(`Update ${updateId} started: ${url}`);
  const options = { signal, ...(timeout === undefined ? {} : { timeoutMs: timeout }) };
  const ended = wait
    ? await whileWaiting(
        on.pipelines.wait(pipelineId, updateId, options),
        `update ${updateId}`,
        `candlebook cloud pipeline stop ${name}`,
      )
    : undefined;
  const state = ended?.state ?? 'STARTED';
  const report = { pipelineId, updateId, state, url };
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `Update ${updateId}: ${state}. ${url}\n`);
}

function stopVerb(): Verb {
  const verb = new Command('stop')
    .description('Stop what the pipeline is doing, and wait until it has')
    .argument('<pipeline>', 'id or name')
    .option('--no-wait', 'end as soon as it is asked')
    .option('--timeout <time>', 'wait so long at most: 10m, 2h (default: 1h)', asDuration)
    .option('--json', 'one line of JSON')
    .action((name: string, flags: Flags) =>
      inWorkspace(flags, (on, signal) => stop(on, name, flags, signal)),
    );
  return { verb, example: 'candlebook cloud pipeline stop candlebook-market' };
}

async function stop(on: Databricks, name: string, flags: Flags, signal: AbortSignal): Promise<void> {
  const { timeout, wait, json } = flags;
  const pipelineId = await on.pipelines.find(name);
  await on.pipelines.stop(pipelineId);
  const state = wait
    ? (
        await on.pipelines.waitIdle(pipelineId, {
          signal,
          ...(timeout === undefined ? {} : { timeoutMs: timeout }),
        })
      ).state
    : 'STOPPING';
  const report = { pipelineId, state };
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `Pipeline ${pipelineId}: ${state}.\n`);
}

function statusVerb(): Verb {
  const verb = new Command('status')
    .description('State of the pipeline, its last updates and its newest events')
    .argument('<pipeline>', 'id or name')
    .option('--events <count>', 'so many events', wholeNumber(0, 99_999), 10)
    .option('--json', 'one line of JSON')
    .action((name: string, flags: Flags) =>
      inWorkspace(flags, (on, signal) => status(on, name, flags, signal)),
    );
  return { verb, example: 'candlebook cloud pipeline status candlebook-market --json' };
}

async function status(on: Databricks, name: string, flags: Flags, signal: AbortSignal): Promise<void> {
  const pipeline = await on.pipelines.get(await on.pipelines.find(name), signal);
  const events: PipelineEvent[] = [];
  if (flags.events > 0)
    for await (const event of on.pipelines.events(pipeline.pipelineId, { signal })) {
      events.push(event);
      if (events.length >= flags.events) break;
    }
  process.stdout.write(flags.json ? `${JSON.stringify({ ...pipeline, events })}\n` : text(pipeline, events));
}

function text(
  { name, pipelineId, state, health, updates }: Pipeline,
  events: readonly PipelineEvent[],
): string {
  const lines = [
    `${name} (${pipelineId}): ${state}${health ? `, ${health.toLowerCase()}` : ''}`,
    ...updates.slice(0, 5).map((one) => `  update ${one.updateId}  ${one.created}  ${one.state}`),
    ...events.map((one) => `  ${one.time}  ${one.level.padEnd(7)}  ${one.message}`),
  ];
  return `${lines.join('\n')}\n`;
}

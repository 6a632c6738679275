import type { Command } from 'commander';
import { loadSettings } from '../../configuration/index.ts';
import { CandlebookError } from '../../market/index.ts';
import { stopOnSignals } from '../../signals/index.ts';
import { type Databricks, openDatabricks } from '../databricks/index.ts';

export interface WorkspaceFlags {
  readonly workspace?: string;
  readonly settings?: string;
  readonly warehouse?: string;
}

export const ACCESS_HELP = `
The workspace is that of the settings (databricks.host, token, warehouse) or of DATABRICKS_HOST, DATABRICKS_TOKEN and
DATABRICKS_WAREHOUSE_ID. Without a token the Azure identity is used: az login, a managed identity, AZURE_… variables.`;

/** Gives a command the options that say which workspace. */
export function withWorkspace(command: Command): Command {
  return command
    .option('--workspace <address>', 'such as https://adb-1234567890123456.7.azuredatabricks.net')
    .option('--settings <file>', 'settings file (default: .candlebook.json where it is there)');
}

export interface Verb {
  readonly verb: Command;
  /** One line that could be typed. */
  readonly example: string;
}

/** Gives a command its verbs, each with the help that they share, its example and the exit codes. */
export function withVerbs(
  command: Command,
  verbs: readonly Verb[],
  help: string,
  exitCodes: string,
): Command {
  for (const { verb, example } of verbs)
    command.addCommand(
      withWorkspace(verb)
        .addHelpText('after', `${help}\n\nExamples:\n  ${example}\n\n${exitCodes}`)
        .exitOverride(),
    );
  const examples = verbs.map(({ example }) => `  ${example}`);
  return command.addHelpText('after', `\nExamples:\n${examples.join('\n')}`);
}

/** Works in the workspace until done or until Ctrl-C, which `signal` tells; a second Ctrl-C ends the process. */
export async function inWorkspace(
  { workspace, settings: file, warehouse }: WorkspaceFlags,
  work: (databricks: Databricks, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { databricks: stated, keyVault } = loadSettings({}, file === undefined ? {} : { file });
  const databricks = openDatabricks({
    ...stated,
    keyVault: keyVault || undefined,
    ...(workspace === undefined ? {} : { host: workspace }),
    ...(warehouse === undefined ? {} : { warehouse }),
  });
  const stop = stopOnSignals();
  try {
    await work(databricks, stop.signal);
  } finally {
    stop.off();
    databricks.close();
  }
}

/** Ctrl-C ends a wait and not what was waited for, and says what does. */
export async function whileWaiting<T>(waiting: Promise<T>, what: string, end: string): Promise<T> {
  try {
    return await waiting;
  } catch (error) {
    if (!(error instanceof CandlebookError) || error.code !== 'STOPPED') throw error;
    throw new CandlebookError('STOPPED', `No longer waiting; ${what} goes on.`, {
      value: what,
      hint: `${end} ends it.`,
    });
  }
}

/** A line that says what is going on, for people alone. */
export function say(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${text}\n`);
}

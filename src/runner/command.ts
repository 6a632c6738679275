import { Command, Option } from 'commander';
import { asTime } from '../arguments/index.ts';
import { loadSettings, type Settings, settingFlags } from '../configuration/index.ts';
import { stopOnSignals } from '../signals/index.ts';
import { type DashboardRun, startDashboard } from './run.ts';

/** A stop may take so long: then the process ends without it, ms. */
const STOP_WITHIN_MS = 5_000;

const EXAMPLES = `
Examples:
  candlebook run --host data-only
  candlebook run --host binance.us --refresh 5 --symbols BTCUSD,ETHUSD
  candlebook run --host simulated --seed 7 --json | head -3

Ctrl-C stops it, with the last batch committed; a second Ctrl-C ends it at once.
Exit codes: 0 stopped as asked, 1 ended by an error, 2 wrong usage.`;

interface Flags extends Readonly<Record<string, unknown>> {
  readonly settings?: string;
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly since?: number;
  readonly store: boolean;
}

/** `candlebook run`: the dashboard on the console, and what it shows in a table. */
export function runCommand(): Command {
  const command = new Command('run')
    .description('Watch the market on the console and keep what was seen in a table')
    .option('--json', 'a line of JSON at each update instead of the table')
    .option('--plain', 'no colours and no drawing over the last update, also on a terminal')
    .option('--no-store', 'keep nothing')
    .option(
      '--since <time>',
      'trades from then on (such as 2026-11-24T09:30, UTC) where the tables hold none yet, the past by REST',
      asTime,
    )
    .addHelpText('after', EXAMPLES)
    .action(run);
  return withSettings(command);
}

/** Gives a command every setting as an option, and `--settings` for a file of them. */
export function withSettings(command: Command): Command {
  command.option('--settings <file>', 'settings file (default: .candlebook.json where it is there)');
  command.optionsGroup('Settings, which a file or CANDLEBOOK_… variables may state too:');
  for (const { flag, about, choices } of settingFlags()) {
    const option = new Option(`${flag} <value>`, about);
    command.addOption(choices ? option.choices(choices) : option);
  }
  return command;
}

/** The settings that a command's options state. @throws CandlebookError SETTING_INVALID, SETTINGS_UNREADABLE */
export function settingsOf(flags: Readonly<Record<string, unknown>>): Settings {
  const { settings: file } = flags;
  return loadSettings({}, { flags, ...(typeof file === 'string' ? { file } : {}) });
}

async function run(flags: Flags): Promise<void> {
  const dashboard = await startDashboard(settingsOf(flags), {
    display: flags.json ? 'json' : 'console',
    store: flags.store,
    ...(flags.plain ? { redraw: false } : {}),
    ...(flags.since === undefined ? {} : { since: flags.since }),
  });
  await endOnSignals(dashboard);
}

/**
 * Resolves when the run has ended. The first SIGINT or SIGTERM stops it; a second one, or a stop that does not come
 * to its end, ends the process: what was committed stays whole.
 * @param alsoClose what else to close, after the run
 */
export async function endOnSignals(run: DashboardRun, alsoClose?: () => Promise<void>): Promise<void> {
  const stop = stopOnSignals();
  stop.signal.addEventListener('abort', () => {
    setTimeout(() => {
      process.stderr.write('The stop took too long: ended without it. What was committed is whole.\n');
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    void run.stop().catch(() => undefined);
  });
  try {
    await run.done;
  } finally {
    await alsoClose?.();
    stop.off();
  }
}

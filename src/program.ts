import { Command } from 'commander';
import { cloudCommand } from './cloud/command/index.ts';
import { publishCommand } from './cloud/publish/command.ts';
import { completionCommand } from './completion/index.ts';
import { packageVersion } from './configuration/index.ts';
import { doctorCommand } from './doctor/command.ts';
import { exchangeCommand } from './exchange/command.ts';
import { recordCommand } from './fetcher/recording/command.ts';
import { downloadCommand } from './history/command.ts';
import { runCommand } from './runner/command.ts';
import { serveCommand } from './serve/command.ts';
import { tableCommand } from './store/command/index.ts';
import { telemetryCommand } from './telemetry/command.ts';

const EXAMPLE = `
Examples:
  candlebook doctor
  candlebook run --host data-only
  candlebook serve --host simulated --port 8090

Exit codes: 0 ended as asked, 1 failed, 2 wrong usage.`;

/** `candlebook` with the rooms' commands; each room says what its own do. */
export function candlebookProgram(): Command {
  const program = new Command('candlebook')
    .description('Live crypto-market figures, feeds and tables for notebooks and scripts')
    .version(packageVersion(), '-V, --version', 'print the version')
    .exitOverride()
    // `table restore` has a --version of its own.
    .enablePositionalOptions()
    .addHelpText('after', EXAMPLE);
  const commands = [
    runCommand(),
    serveCommand(),
    downloadCommand(),
    recordCommand(),
    publishCommand(),
    cloudCommand(),
    tableCommand(),
    exchangeCommand(),
    doctorCommand(),
    telemetryCommand(),
    completionCommand(),
  ];
  for (const command of commands) program.addCommand(command.exitOverride());
  return sayWhatNext(program, program.name());
}

/** Wrong usage has a code as all errors have, and names the help that says what is right. */
function sayWhatNext(command: Command, words: string): Command {
  for (const one of command.commands) sayWhatNext(one, `${words} ${one.name()}`);
  return command
    .showHelpAfterError(`See ${words} --help.`)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'INPUT_INVALID: ')) });
}

#!/usr/bin/env node
import { Command } from 'commander';
import { exchangeCommand } from './exchange/command.ts';
import { recordCommand } from './fetcher/recording/command.ts';
import { downloadCommand } from './history/command.ts';
import { CandlebookError } from './market/index.ts';
import { runCommand } from './runner/command.ts';
import { serveCommand } from './serve/command.ts';
import { tableCommand } from './store/command/index.ts';

const EXAMPLE = `
Examples:
  candlebook run --host data-only
  candlebook serve --host simulated --port 8090

Exit codes: 0 ended as asked, 1 failed, 2 wrong usage.`;

/** Puts the rooms' commands together; each room says what its own do. */
async function main(): Promise<void> {
  const program = new Command('candlebook')
    .description('Live crypto-market figures, feeds and tables for notebooks and scripts')
    .exitOverride()
    .addHelpText('after', EXAMPLE);
  const commands = [
    runCommand(),
    serveCommand(),
    downloadCommand(),
    recordCommand(),
    tableCommand(),
    exchangeCommand(),
  ];
  for (const command of commands) program.addCommand(command.exitOverride());
  await program.parseAsync();
}

/** A commander error has printed itself already; ours say what to do next; others are defects and keep their stack. */
function exitCodeOf(error: unknown): number {
  if (error instanceof Error && 'exitCode' in error && 'code' in error) return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(
    `${error instanceof CandlebookError ? `${error.code}: ${error.message}` : errorText(error)}\n`,
  );
  return 1;
}

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main().catch((error: unknown) => {
  process.exitCode = exitCodeOf(error);
});

#!/usr/bin/env node
import { CandlebookError } from './market/index.ts';
import { candlebookProgram } from './program.ts';
import { guardOutput } from './redaction/guard.ts';

/** A commander error has printed itself already; ours say what to do next; others are defects and keep their stack. */
function exitCodeOf(error: unknown): number {
  if (error instanceof Error && 'exitCode' in error && 'code' in error) return error.exitCode === 0 ? 0 : 2;
  // A line that is being drawn gives way.
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  process.stderr.write(
    `${error instanceof CandlebookError ? `${error.code}: ${error.message}` : errorText(error)}\n`,
  );
  return 1;
}

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Whoever read has had enough (`| head`): a run is stopped as Ctrl-C would, with its last batch; the rest just ends. */
function endWithReader(): void {
  let told = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (told) return;
    told = true;
    if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(0);
  });
}

endWithReader();
guardOutput(process.stderr);
candlebookProgram()
  // `serve` shows its viewers' token, once and on purpose; what all others print tells no secret.
  .hook('preAction', (_, command) => {
    if (command.name() !== 'serve') guardOutput(process.stdout);
  })
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = exitCodeOf(error);
  });

import { Command } from 'commander';
import { diagnose } from './doctor.ts';
import type { Finding, Status } from './finding.ts';

const EXAMPLES = `
Examples:
  candlebook doctor
  candlebook doctor --settings prod.json
  candlebook doctor --json | jq '.findings[] | select(.status == "fail")'

Exit codes: 0 nothing failed, 1 something did (the lines say what to do), 2 wrong usage.`;

/** `candlebook doctor`: what a run needs, what of it works here, and what to do about the rest. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check Node, Python, kernel, browser, exchanges, clock, disk and Azure, and say what to do')
    .option('--settings <file>', 'settings file (default: .candlebook.json where it is there)')
    .option('--json', 'one line of JSON')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run({ json, settings }: { json?: boolean; settings?: string }): Promise<void> {
  const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;
  const { ok, findings } = await diagnose({
    ...(settings === undefined ? {} : { file: settings }),
    ...(json ? {} : { onFinding: (finding) => process.stdout.write(lineOf(finding, colour)) }),
  });
  const count = (status: Status) => findings.filter((finding) => finding.status === status).length;
  process.stdout.write(
    json
      ? `${JSON.stringify({ ok, findings })}\n`
      : `\n${count('ok')} well, ${count('warn')} to know, ${count('fail')} to mend.\n`,
  );
  if (!ok) process.exitCode = 1;
}

const MARKS: Record<Status, readonly [mark: string, colour: number]> = {
  ok: ['✓', 32],
  warn: ['!', 33],
  fail: ['✗', 31],
  skip: ['–', 90],
};

function lineOf({ name, status, found, advice }: Finding, colour: boolean): string {
  const [mark, code] = MARKS[status];
  const shown = colour ? `\u001b[${code}m${mark}\u001b[0m` : mark;
  const line = `${shown} ${name.padEnd(15)} ${found}\n`;
  return advice ? `${line}  ${''.padEnd(15)} → ${advice}\n` : line;
}

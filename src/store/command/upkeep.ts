import { Command } from 'commander';
import { asTime, wholeNumber } from '../../arguments/index.ts';
import { CandlebookError } from '../../market/index.ts';
import { openTarget, type TargetFlags, withTarget } from './target.ts';
import { count, megabytes, print } from './text.ts';

const HOUR_MS = 3_600_000;

export function optimizeCommand(): Command {
  return withTarget(
    new Command('optimize')
      .description('Put the small files of a table together; rows stay what they are')
      .option(
        '--sort-by <columns>',
        'order of the rows in new files (default: symbol and time, for project tables)',
      )
      .option('--target-mb <number>', 'size of a new file', wholeNumber(1, 4_096), 32),
  )
    .addHelpText('after', '\nExample:\n  candlebook table optimize raw/trades')
    .action(optimize);
}

async function optimize(
  name: string,
  flags: TargetFlags & { sortBy?: string; targetMb: number },
): Promise<void> {
  const { table, schema } = await openTarget(name, flags);
  const sortBy = flags.sortBy?.split(',').map((column) => column.trim()) ?? schema?.clusteredBy ?? [];
  const done = await table.optimize({ sortBy, targetBytes: flags.targetMb * 2 ** 20 });
  print(
    done.version === undefined
      ? 'There is nothing to put together.'
      : `${count(done.filesRemoved)} files became ${count(done.filesAdded)}, version ${done.version}.`,
  );
}

export function vacuumCommand(): Command {
  return withTarget(
    new Command('vacuum')
      .description(
        'Delete files that no version of the last days needs; older versions can not be read any more',
      )
      .option(
        '--hours <number>',
        'files removed longer ago than this (default: by the table, 7 days)',
        wholeNumber(0),
      )
      .option('--force', 'allow fewer hours than the table keeps: only when nobody reads or writes it')
      .option('--dry-run', 'only say what would go'),
  )
    .addHelpText('after', '\nExample:\n  candlebook table vacuum raw/trades --dry-run')
    .action(vacuum);
}

async function vacuum(
  name: string,
  {
    hours,
    force = false,
    dryRun = false,
    ...flags
  }: TargetFlags & { hours?: number; force?: boolean; dryRun?: boolean },
): Promise<void> {
  const { table } = await openTarget(name, flags);
  const { deleted, bytes } = await table.vacuum({
    force,
    dryRun,
    ...(hours === undefined ? {} : { olderThanMs: hours * HOUR_MS }),
  });
  print(`${count(deleted.length)} files, ${megabytes(bytes)}, ${dryRun ? 'would be' : 'were'} deleted.`);
}

export function restoreCommand(): Command {
  return withTarget(
    new Command('restore')
      .description('Make a table what it was, as a new version: nothing of its history is lost')
      .option('--version <number>', 'version to go back to', wholeNumber(0))
      .option('--as-of <time>', 'or the version of a moment, such as 2026-11-24T09:30Z', asTime),
  )
    .addHelpText('after', '\nExample:\n  candlebook table restore processed/tickers --version 12')
    .action(restore);
}

async function restore(
  name: string,
  { version, asOf, ...flags }: TargetFlags & { version?: number; asOf?: number },
): Promise<void> {
  if ((version === undefined) === (asOf === undefined)) {
    throw new CandlebookError('INPUT_INVALID', 'A version or a moment is needed, and not both.', {
      value: version,
      hint: 'Write --version 12, or --as-of 2026-11-24T09:30Z.',
    });
  }
  const { table } = await openTarget(name, flags);
  const to = version ?? (await table.versionAt(asOf!));
  const { version: made } = await table.restore(to);
  print(`The table is what it was at version ${to}, as version ${made}.`);
}

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { packageVersion } from '../../src/configuration/index.ts';
import { candlebookProgram } from '../../src/program.ts';

const cli = join(import.meta.dirname, '../../src/cli.ts');
const candlebook = (...words: string[]) =>
  spawnSync(process.execPath, [cli, ...words], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, NO_COLOR: '1' },
  });

/** Every command with the words that lead to it. */
function commandsOf(
  command: Command,
  path: readonly string[] = [],
): { path: readonly string[]; command: Command }[] {
  return [{ path, command }, ...command.commands.flatMap((one) => commandsOf(one, [...path, one.name()]))];
}

/** What `--help` prints, without a process for each. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}

describe('help', () => {
  const all = commandsOf(candlebookProgram());

  test('there are commands to walk over', () => {
    expect(all.map(({ path }) => path.join(' '))).toEqual(
      expect.arrayContaining([
        '',
        'run',
        'serve',
        'download',
        'exchange',
        'publish',
        'cloud',
        'record',
        'table',
        'doctor',
        'telemetry',
        'completion',
      ]),
    );
  });

  test.each(all.map(({ path, command }) => [['candlebook', ...path].join(' '), command] as const))(
    '%s has a description, an example and its exit codes',
    (name, command) => {
      const text = helpOf(command);
      expect(text).toContain(`Usage: ${name}`);
      expect(command.description().length).toBeGreaterThan(10);
      expect(text).toMatch(new RegExp(`^ +(?:[a-z]+ <\\()?${name}`, 'm'));
      expect(text).toMatch(/Examples?:/);
      expect(text).toMatch(/Exit codes: 0 /);
      for (const option of command.options)
        expect(option.description, `${name} ${option.flags}`).not.toBe('');
    },
  );

  test.each(all.filter(({ path }) => path.length > 0).map(({ path }) => path.join(' ')))(
    'candlebook %s refuses an unknown option as wrong usage',
    async (path) => {
      const program = candlebookProgram().configureOutput({ writeErr: () => undefined });
      for (const { command } of commandsOf(program)) command.configureOutput({ writeErr: () => undefined });
      const words = ['node', 'candlebook', ...path.split(' '), '--no-such-option'];
      await expect(program.parseAsync(words)).rejects.toMatchObject({
        code: expect.stringMatching(
          /^commander\.(?:unknownOption|missingMandatoryOptionValue|missingArgument)$/,
        ),
        exitCode: 1,
      });
    },
  );

  test('as a process: help ends with 0, wrong usage with 2, a failure with 1, and no secret is printed', () => {
    expect(candlebook('doctor', '--help')).toMatchObject({ status: 0, stderr: '' });
    expect(candlebook('doctor', '--no-such-option')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /^INPUT_INVALID: .*--no-such-option.*\nSee candlebook doctor --help\.\n$/s,
      ),
    });
    const failed = candlebook(
      'table',
      'info',
      'raw/trades',
      '--tables',
      'abfss://c@x.dfs.core.windows.net/?sig=pl4nted',
    );
    expect(failed.status).toBe(1);
    expect(failed.stderr + failed.stdout).not.toContain('pl4nted');
    expect(failed.stderr).toMatch(/^[A-Z_]+: /);
  });
});

describe('telemetry', () => {
  test('a definition is printed, whole', () => {
    const { status, stdout } = candlebook('telemetry', 'grafana');
    expect(status).toBe(0);
    expect(Object.keys(JSON.parse(stdout)).length).toBeGreaterThan(3);
  });
});

test('table restore has a --version of its own', async () => {
  const words = ['node', 'candlebook', 'table', 'restore', '/nowhere', '--version', '3'];
  await expect(candlebookProgram().parseAsync(words)).rejects.toMatchObject({ code: 'TABLE_INVALID' });
});

test('--version prints the package’s', () => {
  const { status, stdout, stderr } = candlebook('--version');
  expect([status, stdout, stderr]).toEqual([0, `${packageVersion()}\n`, '']);
});

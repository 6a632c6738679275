import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bashCompletion, zshCompletion } from '../../src/completion/index.ts';
import { candlebookProgram } from '../../src/program.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlebook-completion-'));
  writeFileSync(join(folder, 'bash.sh'), bashCompletion(candlebookProgram()));
  writeFileSync(join(folder, 'zsh.sh'), zshCompletion(candlebookProgram()));
});
afterAll(() => rmSync(folder, { recursive: true }));

const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;

/** What bash offers for the last of the words. */
function offered(...words: string[]): string[] {
  const script = `source ${join(folder, 'bash.sh')}; COMP_WORDS=(candlebook "$@"); COMP_CWORD=$#; _candlebook; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', script, 'bash', ...words], {
    encoding: 'utf8',
    cwd: folder,
  });
  expect([stderr, status]).toEqual(['', 0]);
  return stdout.split('\n').filter(Boolean);
}

describe.skipIf(!has('bash'))('bash', () => {
  test('completes commands, subcommands, options and values', () => {
    expect(offered('')).toEqual(
      expect.arrayContaining(['run', 'serve', 'doctor', 'table', 'completion', '--help']),
    );
    expect(offered('do')).toEqual(['download', 'doctor']);
    expect(offered('doctor', '--j')).toEqual(['--json']);
    expect(offered('run', '--host', '')).toEqual(['binance.us', 'binance.com', 'data-only', 'simulated']);
    expect(offered('run', '--theme', 'd')).toEqual(['dark']);
    expect(offered('completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh']));
    expect(offered('run', '--settings', 'ba')).toEqual(['bash.sh']);
    expect(offered('table', '')).toEqual(
      expect.arrayContaining(
        candlebookProgram()
          .commands.find((one) => one.name() === 'table')!
          .commands.map((one) => one.name()),
      ),
    );
  });

  test('every command is offered where it belongs', () => {
    for (const command of candlebookProgram().commands) {
      expect(offered(command.name())).toContain(command.name());
      const flags = command.options.filter((one) => !one.hidden).map((one) => one.long!);
      if (flags.length > 0) expect(offered(command.name(), '--')).toEqual(expect.arrayContaining(flags));
    }
  });
});

describe.skipIf(!has('zsh'))('zsh', () => {
  test('reads the script, and hands the entries on', () => {
    const script = `compdef() { :; }; _describe() { print -rl -- "$entries[@]"; }; compadd() { shift; print -rl -- "$@"; }
      source ${join(folder, 'zsh.sh')}
      words=(candlebook '') CURRENT=2; _candlebook; print -r -- ---
      words=(candlebook doctor '') CURRENT=3; _candlebook; print -r -- ---
      words=(candlebook run --host '') CURRENT=4; _candlebook`;
    const { stdout, stderr, status } = spawnSync('zsh', ['-fc', script], { encoding: 'utf8' });
    expect([stderr, status]).toEqual(['', 0]);
    const [top, doctor, host] = stdout.split('---\n');
    expect(top).toContain('serve:');
    expect(doctor).toContain('--json:one line of JSON');
    expect(host!.trim().split('\n')).toEqual(['binance.us', 'binance.com', 'data-only', 'simulated']);
  });
});

import { Argument, Command } from 'commander';
import { bashCompletion, zshCompletion } from './scripts.ts';

const EXAMPLES = `
Examples:
  source <(candlebook completion bash)                          for this shell; for all, add it to ~/.bashrc
  candlebook completion zsh > ~/.zsh/completions/_candlebook    in a folder of $fpath

Exit codes: 0 printed, 2 wrong usage.`;

/** `candlebook completion bash|zsh`: a script that lets the shell complete commands, options and their values. */
export function completionCommand(): Command {
  return new Command('completion')
    .description('Print a script by which bash or zsh completes commands, options and values')
    .addArgument(new Argument('<shell>', 'which').choices(['bash', 'zsh']))
    .addHelpText('after', EXAMPLES)
    .action((shell: string, _, command: Command) => {
      const program = command.parent!;
      process.stdout.write(shell === 'bash' ? bashCompletion(program) : zshCompletion(program));
    });
}

import type { Command, Option } from 'commander';

/** What may follow a word of the command line. */
interface Node {
  /** The words that lead here, `table history`; empty for the program itself. */
  readonly path: string;
  readonly description: string;
  readonly words: readonly { word: string; description: string }[];
  /** What may follow an option, by its flags. */
  readonly values: readonly { flags: readonly string[]; choices: readonly string[] | 'file' }[];
}

/** A script for bash 3.2 and later: put it in `~/.bashrc` by `source <(candlebook completion bash)`. */
export function bashCompletion(program: Command): string {
  const name = program.name();
  const cases = nodesOf(program).map(
    ({ path, words }) => `    ${quote(path)}) words=${quote(words.map(({ word }) => word).join(' '))} ;;`,
  );
  const values = valueCases(program, (choices) =>
    choices === 'file'
      ? 'COMPREPLY=($(compgen -f -- "$current")); return'
      : `COMPREPLY=($(compgen -W ${quote(choices.join(' '))} -- "$current")); return`,
  );
  return `# bash completion of ${name}
_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" i word
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case " ${pathsOf(program).join(' | ')} " in
      *" \${path:+$path }$word "*) path="\${path:+$path }$word" ;;
    esac
  done
  COMPREPLY=()
  case "$path:$before" in
${values.join('\n')}
  esac
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _${name} ${name}
`;
}

/** A script for zsh: put it in `~/.zshrc` by `source <(candlebook completion zsh)`, after `compinit`. */
export function zshCompletion(program: Command): string {
  const name = program.name();
  const cases = nodesOf(program).map(({ path, words }) => {
    const entries = words.map(({ word, description }) =>
      quote(`${word.replaceAll(':', '\\:')}:${description}`),
    );
    return `    ${quote(path)}) entries=(${entries.join(' ')}) ;;`;
  });
  const values = valueCases(program, (choices) =>
    choices === 'file' ? '_files; return' : `compadd -- ${choices.map(quote).join(' ')}; return`,
  );
  return `#compdef ${name}
# zsh completion of ${name}
_${name}() {
  local path_="" before="\${words[CURRENT-1]}" word
  local -a entries
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case " ${pathsOf(program).join(' | ')} " in
      *" \${path_:+$path_ }$word "*) path_="\${path_:+$path_ }$word" ;;
    esac
  done
  case "$path_:$before" in
${values.join('\n')}
  esac
  case "$path_" in
${cases.join('\n')}
  esac
  _describe ${quote(name)} entries || _files
}
compdef _${name} ${name}
`;
}

function nodesOf(program: Command): Node[] {
  const walk = (command: Command, path: string): Node[] => {
    const commands = command.commands.filter((one) => !isHidden(one));
    const options = command.options.filter((one) => !one.hidden);
    const words = [
      ...commands.map((one) => ({ word: one.name(), description: one.description() })),
      ...argumentChoices(command).map((word) => ({ word, description: '' })),
      ...options.flatMap((one) => flagsOf(one).map((word) => ({ word, description: one.description }))),
      { word: '--help', description: 'display help' },
    ];
    const values = options
      .filter((one) => one.required || one.optional)
      .map((one) => ({ flags: flagsOf(one), choices: choicesOf(one) }));
    const node = { path, description: command.description(), words, values };
    return [node, ...commands.flatMap((one) => walk(one, path ? `${path} ${one.name()}` : one.name()))];
  };
  return walk(program, '');
}

function pathsOf(program: Command): string[] {
  return nodesOf(program)
    .map(({ path }) => path)
    .filter((path) => path !== '');
}

function valueCases(program: Command, then: (choices: readonly string[] | 'file') => string): string[] {
  return nodesOf(program).flatMap(({ path, values }) =>
    values.map(
      ({ flags, choices }) =>
        `    ${flags.map((flag) => quote(`${path}:${flag}`)).join('|')}) ${then(choices)} ;;`,
    ),
  );
}

function flagsOf({ short, long }: Option): string[] {
  return [long, short].filter((flag) => flag !== undefined);
}

/** Values that the parser knows, else files. */
function choicesOf({ argChoices }: Option): readonly string[] | 'file' {
  return argChoices ?? 'file';
}

function argumentChoices(command: Command): readonly string[] {
  return command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
}

function isHidden(command: Command): boolean {
  return (command as Command & { _hidden?: boolean })._hidden === true;
}

/** For a shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

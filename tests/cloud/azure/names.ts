import { type BicepFile, type Node, walk } from './bicep.ts';

/** Functions of Bicep that the files may call. */
const FUNCTIONS = new Set([
  ...['concat', 'deployment', 'empty', 'environment', 'guid', 'loadTextContent', 'readEnvironmentVariable'],
  ...[
    'resourceGroup',
    'split',
    'subscription',
    'subscriptionResourceId',
    'take',
    'tenant',
    'uniqueString',
    'utcNow',
  ],
]);

/** What a file declares, by name. */
export function declared({ parameters, variables, types, imports, resources, modules }: BicepFile): string[] {
  return [
    ...[...parameters.keys(), ...variables.keys(), ...types, ...imports.keys()],
    ...resources.map(({ symbol }) => symbol),
    ...modules.map(({ symbol }) => symbol),
  ];
}

export interface Uses {
  /** Names that expressions and types speak of, each at its first line. */
  readonly names: ReadonlyMap<string, number>;
  readonly problems: readonly string[];
}

/** Names that a file uses, without those of a loop's own. */
export function used({ root }: BicepFile): Uses {
  const names = new Map<string, number>();
  const problems: string[] = [];
  const look = (node: Node, local: ReadonlySet<string>): void => {
    const [first, ...rest] = node.children;
    switch (node.type) {
      case 'decorators':
      case 'using_statement':
      case 'import_functionality':
        return;
      case 'identifier':
        if (!local.has(node.text) && !names.has(node.text)) names.set(node.text, node.line);
        return;
      case 'object_property':
        each(rest, local);
        return;
      case 'call_expression':
        if (first?.type === 'identifier' && !FUNCTIONS.has(first.text))
          problems.push(`line ${node.line}: there is no function ${first.text}`);
        if (first?.type !== 'identifier') look(first!, local);
        each(rest, local);
        return;
      case 'for_statement': {
        const own = first!.type === 'identifier' ? [first!] : first!.children;
        const inside = new Set([...local, ...own.map(({ text }) => text)]);
        look(rest[0]!, local);
        each(rest.slice(1), inside);
        return;
      }
      default:
        each(/_declaration$/.test(node.type) ? rest : node.children, local);
    }
  };
  const each = (nodes: readonly Node[], local: ReadonlySet<string>) => {
    for (const node of nodes) look(node, local);
  };
  look(root, new Set());
  return { names, problems };
}

/** `x.outputs.y` of modules, as [module, output]. */
export function outputsRead({ root }: BicepFile): [string, string][] {
  return [...walk(root)].flatMap(({ type, children: [of, property] }): [string, string][] => {
    const isRead = type === 'member_expression' && of?.type === 'member_expression';
    const [module, outputs] = isRead ? of.children : [];
    return outputs?.text === 'outputs' ? [[module!.text, property!.text]] : [];
  });
}

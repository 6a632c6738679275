import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A node of a syntax tree, as tree-sitter's grammar of Bicep has it. */
export interface Node {
  readonly type: string;
  /** Of a leaf. */
  readonly text: string;
  readonly line: number;
  readonly children: readonly Node[];
}

export interface Parameter {
  readonly type: Node | undefined;
  readonly isRequired: boolean;
}

export interface Resource {
  readonly symbol: string;
  readonly type: string;
  readonly version: string;
  readonly isExisting: boolean;
  /** What is declared; of a loop, of each turn. */
  readonly body: Node;
}

export interface Module {
  readonly symbol: string;
  readonly path: string;
  readonly params: ReadonlyMap<string, Node>;
}

export interface BicepFile {
  readonly root: Node;
  /** What it takes its parameters for, of a parameters file. */
  readonly using: string | undefined;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly variables: ReadonlyMap<string, Node>;
  readonly types: ReadonlySet<string>;
  readonly imports: ReadonlyMap<string, string>;
  readonly resources: readonly Resource[];
  readonly modules: readonly Module[];
  /** Of a parameters file: the parameters that it gives. */
  readonly outputs: ReadonlyMap<string, Node>;
}

type Raw = readonly [type: string, text: string, line: number, children: readonly Raw[]];

/** Reads Bicep files. @returns by path */
export function readBicep(python: string, paths: readonly string[]): Map<string, BicepFile> {
  const script = fileURLToPath(new URL('./tree.py', import.meta.url));
  const answer = execFileSync(python, [script, ...paths], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return new Map(
    Object.entries(JSON.parse(answer) as Record<string, Raw>).map(([path, raw]) => [
      path,
      fileOf(nodeOf(raw)),
    ]),
  );
}

const nodeOf = ([type, text, line, children]: Raw): Node => ({
  type,
  text,
  line,
  children: children.map(nodeOf),
});

export function* walk(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) yield* walk(child);
}

/** The text of a string without interpolations; `undefined` of anything else. */
export function textOf(node: Node | undefined): string | undefined {
  if (node?.type !== 'string' || node.children.some(({ type }) => type === 'interpolation')) return undefined;
  return node.children.map(({ text }) => text).join('');
}

/** Properties of an object, by their names. */
export function propertiesOf(object: Node | undefined): Map<string, Node> {
  const properties = (object?.children ?? []).filter(({ type }) => type === 'object_property');
  return new Map(
    properties.map(({ children: [name, value] }) => [textOf(name) ?? name!.text, value!] as const),
  );
}

const OBJECTS = new Set(['object', 'for_statement', 'if_statement']);

function fileOf(root: Node): BicepFile {
  const of = (type: string) => root.children.filter((child) => child.type === type);
  const named = ({ children }: Node) => children.find(({ type }) => type === 'identifier')!.text;
  const value = ({ children }: Node) => children.at(-1)!;
  return {
    root,
    using: textOf(of('using_statement')[0]?.children[0]),
    parameters: new Map(
      of('parameter_declaration').map((one) => [
        named(one),
        { type: one.children.find(({ type }) => type === 'type'), isRequired: value(one).type === 'type' },
      ]),
    ),
    variables: new Map(of('variable_declaration').map((one) => [named(one), value(one)])),
    types: new Set(of('type_declaration').map(named)),
    imports: new Map(
      of('import_functionality').flatMap(({ children }) =>
        children.slice(0, -1).map(({ text }): [string, string] => [text, textOf(children.at(-1))!]),
      ),
    ),
    resources: of('resource_declaration').map((one) => {
      const [type = '', version = ''] = textOf(one.children.find((child) => child.type === 'string'))!.split(
        '@',
      );
      const isExisting = /^resource \w+ '[^']*' existing =/.test(one.text);
      return { symbol: named(one), type, version, isExisting, body: bodyOf(value(one)) };
    }),
    modules: of('module_declaration').map((one) => ({
      symbol: named(one),
      path: textOf(one.children.find((child) => child.type === 'string'))!,
      params: propertiesOf(propertiesOf(bodyOf(value(one))).get('params')),
    })),
    outputs: new Map(of('output_declaration').map((one) => [named(one), value(one)])),
  };
}

function bodyOf(node: Node): Node {
  if (!OBJECTS.has(node.type) || node.type === 'object') return node;
  return bodyOf(node.children.at(-1)!);
}

/** An object of a semantic model, as TMDL has it. */
export interface TmdlObject {
  readonly kind: string;
  readonly name: string;
  readonly description: string;
  /** What stands after `=`, the lines of it joined. */
  readonly expression: string | undefined;
  readonly properties: ReadonlyMap<string, string>;
  readonly children: readonly TmdlObject[];
}

interface Growing extends TmdlObject {
  expression: string | undefined;
  readonly properties: Map<string, string>;
  readonly children: Growing[];
}

/** Objects, what may lie in them, and what may be said of them. A property that ends with `=` holds an expression. */
const KINDS: Readonly<Record<string, { within: readonly string[]; says: readonly string[] }>> = {
  '': { within: ['database', 'model', 'table', 'relationship', 'expression', 'ref'], says: [] },
  database: { within: [], says: ['compatibilityLevel'] },
  model: {
    within: ['annotation'],
    says: ['culture', 'defaultPowerBIDataSourceVersion', 'discourageImplicitMeasures', 'sourceQueryCulture'],
  },
  ref: { within: [], says: [] },
  annotation: { within: [], says: [] },
  expression: { within: [], says: [] },
  table: { within: ['measure', 'column', 'partition'], says: ['dataCategory'] },
  measure: { within: [], says: ['formatString'] },
  column: {
    within: [],
    says: [
      ...['dataType', 'formatString', 'isHidden', 'isKey', 'isNameInferred', 'sortByColumn', 'sourceColumn'],
      'summarizeBy',
    ],
  },
  partition: { within: [], says: ['mode', 'source='] },
  relationship: { within: [], says: ['fromColumn', 'toColumn'] },
};
/** Of these there is one. */
const NAMELESS = new Set(['database']);
const HAS_EXPRESSION = new Set(['measure', 'partition', 'expression', 'annotation']);

/** A name, quoted where it has more than letters, digits and underscores. */
const NAME = /^(?:'((?:[^']|'')+)'|(\w+))/;

/** Reads a TMDL file. It is strict: what it does not know is an error, with its line. */
export function parseTmdl(text: string): readonly TmdlObject[] {
  const root = object('', '', '');
  const open: Growing[] = [root];
  let description: string[] = [];
  // Lines of an expression are deeper than what may be said of the object.
  let into: { depth: number; add: (line: string) => void } | undefined;
  for (const [at, line] of text.split('\n').entries()) {
    const fail = (what: string): never => {
      throw new Error(`line ${at + 1}: ${what}: ${line.trim()}`);
    };
    if (line.trim() === '') continue;
    const depth = /^\t*/.exec(line)![0].length;
    const content = line.slice(depth);
    if (/^ |\s$/.test(content)) fail('blanks where tabs or nothing should be');
    if (into && depth >= into.depth) {
      into.add(`${'\t'.repeat(depth - into.depth)}${content}`);
      continue;
    }
    into = undefined;
    if (depth >= open.length) fail('too deep');
    open.length = depth + 1;
    const parent = open[depth]!;
    if (content.startsWith('///')) {
      description.push(content.slice(3).trim());
      continue;
    }
    const { within, says } = KINDS[parent.kind]!;
    const [, word = '', rest = ''] = /^(\w+)(.*)$/.exec(content) ?? fail('neither an object nor a property')!;
    if (within.includes(word) && (rest.startsWith(' ') || NAMELESS.has(content))) {
      const declared = word === 'ref' ? rest.replace(/^ table /, ' ') : rest;
      const found = NAME.exec(declared.slice(1)) ?? (NAMELESS.has(content) ? undefined : fail('has no name'));
      const name = found?.[1]?.replaceAll("''", "'") ?? found?.[2] ?? '';
      const after = declared.slice(1 + (found?.[0].length ?? 0));
      const made = object(word, name, description.join(' '));
      description = [];
      parent.children.push(made);
      open.push(made);
      if (after === '') {
        if (HAS_EXPRESSION.has(word)) fail('has no expression');
      } else if (!HAS_EXPRESSION.has(word) || !/^ =( \S|$)/.test(after)) fail('what follows the name is odd');
      else if (after === ' =') {
        into = {
          depth: depth + 2,
          add: (more) => (made.expression = [made.expression, more].filter(Boolean).join('\n')),
        };
      } else made.expression = after.slice(3);
      continue;
    }
    if (description.length > 0) fail('a description of a property');
    const property = /^(\w+)(?:: (\S.*)| =(?: (\S.*))?)?$/.exec(content) ?? fail('is no property')!;
    const [, key = '', value, start] = property;
    const isExpression = content.startsWith(`${key} =`);
    if (!says.includes(isExpression ? `${key}=` : key)) fail(`${parent.kind || 'a file'} knows no such word`);
    if (parent.properties.has(key)) fail('is said twice');
    parent.properties.set(key, value ?? start ?? (isExpression ? '' : 'true'));
    if (isExpression && start === undefined)
      into = {
        depth: depth + 1,
        add: (more) =>
          parent.properties.set(key, [parent.properties.get(key), more].filter(Boolean).join('\n')),
      };
  }
  return root.children;
}

function object(kind: string, name: string, description: string): Growing {
  return { kind, name, description, expression: undefined, properties: new Map(), children: [] };
}

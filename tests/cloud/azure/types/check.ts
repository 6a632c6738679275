import { type Node, propertiesOf, type Resource, textOf } from '../bicep.ts';
import type { ObjectType, ResourceType } from './schema.ts';

/** What Bicep itself adds to each resource. */
const OF_BICEP = new Set(['parent', 'scope', 'dependsOn']);

/** What is wrong with a resource, a line each: properties that there are not, or that may not be set, values, versions. */
export function problemsOf(resource: Resource, known: ResourceType): { problems: string[]; checked: number } {
  const problems: string[] = [];
  let checked = 0;
  const wrong = (node: Node, path: string, what: string) =>
    problems.push(`line ${node.line}: ${path} ${what}`);

  const object = (node: Node, type: ObjectType, path: string) => {
    const given = propertiesOf(node);
    for (const [name, value] of given) {
      const place = path === '' ? name : `${path}.${name}`;
      if (path === '' && OF_BICEP.has(name)) continue;
      checked++;
      const property = type.properties.get(name);
      if (property?.isReadOnly) wrong(value, place, 'can not be set');
      else if (property) one(value, property.type, place);
      else if (type.others) one(value, type.others, place);
      else wrong(value, place, `is none of ${[...type.properties.keys()].join(', ')}`);
    }
    if (resource.isExisting) return;
    for (const [name, { isRequired, isReadOnly }] of type.properties)
      if (isRequired && !isReadOnly && !given.has(name)) wrong(node, path || 'the resource', `lacks ${name}`);
  };

  const one = (node: Node, type: string, path: string): void => {
    if (node.type === 'ternary_expression') {
      for (const branch of node.children.slice(1)) one(branch, type, path);
      return;
    }
    if (type.endsWith('[]')) {
      const element = type.slice(0, -2);
      if (node.type === 'array') for (const item of node.children) one(item, element, `${path}[]`);
      else if (node.type === 'for_statement') one(node.children.at(-1)!, element, `${path}[]`);
      else if (isLiteral(node)) wrong(node, path, 'has to be an array');
      return;
    }
    const inside = known.objects.get(type);
    if (inside && node.type === 'object') {
      object(node, inside, path);
      return;
    }
    if (!isLiteral(node) || type === 'any') return;
    if (inside) {
      wrong(node, path, 'has to be an object');
      return;
    }
    // Where names are listed, any other text is taken for a slip, although the type may be open to it.
    const all = type.split(' | ');
    const choices = all.length > 1 ? all.filter((choice) => choice !== 'string') : all;
    if (!choices.some((choice) => fits(node, choice))) wrong(node, path, `has to be ${type}`);
  };

  const { version } = known;
  if (version !== undefined && resource.version !== version)
    problems.push(`is of ${resource.version}, the newest that is no preview is ${version}`);
  object(resource.body, known.body, '');
  return { problems, checked };
}

const LITERALS = new Set(['string', 'number', 'boolean', 'object', 'array']);
const isLiteral = ({ type }: Node) => LITERALS.has(type);

function fits(node: Node, choice: string): boolean {
  if (choice === 'string') return node.type === 'string';
  if (choice === 'int') return node.type === 'number';
  if (choice === 'bool') return node.type === 'boolean';
  // A text with something put in is known when it is deployed.
  return node.type === 'string' && (textOf(node) === undefined || textOf(node) === choice);
}

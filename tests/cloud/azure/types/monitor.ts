import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { npmFolder } from '../../../bench/peers/npm.ts';
import type { ObjectType, Property, ResourceType } from './schema.ts';

/** Microsoft's client of Azure Monitor: its models say how each resource is put on the wire. */
const CLIENT = { '@azure/arm-monitor': '7.0.0' };

/** Resources whose types the published ones lack, and the model of each. */
export const MONITOR_MODELS: Readonly<Record<string, string>> = {
  'Microsoft.Insights/metricAlerts': 'MetricAlertResource',
  'Microsoft.Insights/actionGroups': 'ActionGroupResource',
  'Microsoft.Insights/diagnosticSettings': 'DiagnosticSettingsResource',
};

interface Kind {
  readonly name: string;
  readonly className?: string;
  readonly element?: { readonly type: Kind };
  readonly value?: { readonly type: Kind };
  readonly allowedValues?: readonly string[];
  readonly modelProperties?: Readonly<Record<string, Model>>;
  readonly polymorphicDiscriminator?: object;
}

interface Model {
  readonly serializedName: string;
  readonly required?: boolean;
  readonly readOnly?: boolean;
  readonly type: Kind;
}

const PLAIN: Readonly<Record<string, string>> = {
  String: 'string',
  TimeSpan: 'string',
  Number: 'int',
  Boolean: 'bool',
};

export async function monitorTypes(): Promise<(type: string) => ResourceType> {
  const path = join(await npmFolder('azure-monitor', CLIENT), 'node_modules', '@azure', 'arm-monitor');
  const models = await import(pathToFileURL(join(path, 'dist-esm', 'src', 'models', 'mappers.js')).href);
  return (type) => {
    const objects = new Map<string, ObjectType>();
    const typeOf = (kind: Kind): string => {
      if (kind.name === 'Sequence') return `${typeOf(kind.element!.type)}[]`;
      if (kind.name === 'Enum') return kind.allowedValues!.join(' | ');
      if (kind.name === 'Dictionary') {
        const name = `of ${typeOf(kind.value!.type)}`;
        objects.set(name, { properties: new Map(), others: typeOf(kind.value!.type) });
        return name;
      }
      if (kind.name !== 'Composite') return PLAIN[kind.name] ?? 'any';
      // Which one it is depends on a value within.
      if (kind.polymorphicDiscriminator || models[kind.className!].type.polymorphicDiscriminator)
        return 'any';
      if (!objects.has(kind.className!)) add(kind.className!, models[kind.className!].type);
      return kind.className!;
    };
    // A name such as properties.severity stands for an object within.
    const add = (name: string, kind: Kind) => {
      const made = new Map<string, Map<string, Property>>([['', new Map()]]);
      objects.set(name, { properties: made.get('')!, others: undefined });
      for (const { serializedName, required = false, readOnly = false, type: of } of Object.values(
        kind.modelProperties!,
      )) {
        const [own, within = ''] = serializedName.split('.').reverse() as [string, string?];
        if (!made.has(within)) {
          made.set(within, new Map());
          objects.set(`${name}.${within}`, { properties: made.get(within)!, others: undefined });
          made.get('')!.set(within, { type: `${name}.${within}`, isRequired: true, isReadOnly: false });
        }
        made.get(within)!.set(own, { type: typeOf(of), isRequired: required, isReadOnly: readOnly });
      }
    };
    const model = MONITOR_MODELS[type]!;
    add(model, models[model].type);
    const body = objects.get(model)!;
    // To the client its name is no part of the resource.
    const name: Property = { type: 'string', isRequired: true, isReadOnly: false };
    return {
      version: undefined,
      body: { ...body, properties: new Map([...body.properties, ['name', name]]) },
      objects,
    };
  };
}

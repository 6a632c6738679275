import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { npmFolder } from '../../../bench/peers/npm.ts';
import type { ObjectType, ResourceType } from './schema.ts';

/** Microsoft's own server of tools, which holds Bicep's types as they are published, and needs no network for them. */
const SERVER = { '@azure/mcp': '2.0.5' };

interface Stated {
  readonly $type: string;
  readonly name: string;
  readonly bodyType: StatedObject;
}

interface StatedObject {
  readonly properties: readonly { readonly name: string; readonly type: string; readonly flags?: string }[];
  readonly additionalPropertiesType?: string;
}

/** Asks for types, one by one. */
export async function publishedTypes(): Promise<(type: string) => Promise<ResourceType>> {
  const folder = await npmFolder('azure', SERVER);
  const program = join(folder, 'node_modules', '@azure', 'mcp', 'index.js');
  return async (type) => {
    const question = [program, 'bicepschema', 'get', '--resource-type', type];
    const { stdout } = await promisify(execFile)(process.execPath, question, {
      cwd: folder,
      maxBuffer: 1 << 26,
      timeout: 120_000,
      env: { ...process.env, AZURE_MCP_COLLECT_TELEMETRY: 'false', DOTNET_CLI_TELEMETRY_OPTOUT: '1' },
    });
    const { status, message, results } = JSON.parse(stdout);
    if (status !== 200) throw new Error(`${type}: ${message}`);
    const stated: Stated[] = results.BicepSchemaResult;
    const resource = stated.find(
      ({ $type, name }) => $type === 'Resource' && name.toLowerCase().startsWith(`${type.toLowerCase()}@`),
    );
    if (!resource) throw new Error(`${type}: the answer is of ${stated.map(({ name }) => name).join(', ')}`);
    const objects = stated.filter(({ $type }) => $type === 'Object');
    return {
      version: resource.name.split('@')[1],
      body: objectOf(resource.bodyType),
      objects: new Map(objects.map((one) => [one.name, objectOf(one as unknown as StatedObject)])),
    };
  };
}

function objectOf({ properties, additionalPropertiesType }: StatedObject): ObjectType {
  return {
    properties: new Map(
      properties.map(({ name, type, flags = '' }) => [
        name,
        { type, isRequired: flags.includes('Required'), isReadOnly: flags.includes('ReadOnly') },
      ]),
    ),
    others: additionalPropertiesType,
  };
}

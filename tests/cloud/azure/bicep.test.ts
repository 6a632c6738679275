import { readFileSync, rmSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPython } from '../../fixtures/python.ts';
import { type BicepFile, type Node, propertiesOf, type Resource, textOf, walk } from './bicep.ts';
import { declared, outputsRead, used } from './names.ts';
import { type Written, writtenBicep } from './written.ts';

/** Of https://learn.microsoft.com/azure/role-based-access-control/built-in-roles, November 2026. */
const BUILT_IN = {
  eventHubsDataSender: '2b629674-e913-4c01-ae53-ef4638d8f975',
  eventHubsDataReceiver: 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde',
  storageBlobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  storageBlobDataReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
  storageBlobDelegator: 'db58b8e5-c6ad-4a2a-8342-4190687cbf4a',
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
};

describeWithPython('the Azure files', ['tree_sitter_bicep'], (python) => {
  let written: Written;
  beforeAll(() => {
    written = writtenBicep(python);
  });
  afterAll(() => rmSync(dirname(written.folder), { recursive: true, force: true }));

  const templates = () => [...written.files].filter(([path]) => path.endsWith('.bicep'));
  const file = (path: string): BicepFile => written.files.get(path)!;
  const resource = (path: string, symbol: string): Resource =>
    file(path).resources.find((one) => one.symbol === symbol)!;

  test('are Bicep', () => {
    const errors = [...written.files].flatMap(([path, { root }]) =>
      [...walk(root)]
        .filter(({ type }) => type === 'ERROR')
        .map(({ line, text }) => `${path}:${line} ${text}`),
    );
    expect(errors).toEqual([]);
    expect([...written.files.keys()]).toEqual(
      expect.arrayContaining(['main.bicep', 'dev.bicepparam', 'prod.bicepparam', 'modules/event-hubs.bicep']),
    );
  });

  test('speak of nothing that is not declared, and declare nothing that is not used', () => {
    for (const [path, one] of written.files) {
      const known = declared(one);
      expect(known, path).toEqual([...new Set(known)]);
      const { names, problems } = used(one);
      expect(problems, path).toEqual([]);
      expect(
        [...names].filter(([name]) => !known.includes(name)),
        path,
      ).toEqual([]);
      const exported = path === 'modules/roles.bicep';
      const needed = [...one.parameters.keys(), ...one.variables.keys(), ...one.imports.keys()];
      if (!exported)
        expect(
          needed.filter((name) => !names.has(name)),
          path,
        ).toEqual([]);
    }
  });

  test('give each module what it takes, and read what it gives', () => {
    for (const [path, { modules, imports, ...one }] of templates()) {
      const outputs = new Map<string, Iterable<string>>();
      for (const { symbol, path: to, params } of modules) {
        const taken = takenBy(posix.join(posix.dirname(path), to));
        expect(
          [...params.keys()].filter((name) => !taken.has(name)),
          `${path}, ${symbol}`,
        ).toEqual([]);
        const missing = [...taken].filter(([name, isRequired]) => isRequired && !params.has(name));
        expect(missing, `${path}, ${symbol}`).toEqual([]);
        outputs.set(symbol, [
          ...(written.files.get(posix.join(posix.dirname(path), to))?.outputs.keys() ?? []),
        ]);
      }
      for (const [module, output] of outputsRead({ modules, imports, ...one }))
        expect(outputs.get(module), `${path}: ${module}.outputs.${output}`).toContain(output);
      for (const [name, from] of imports) {
        const source = file(posix.join(posix.dirname(path), from));
        expect([...source.variables.keys(), ...source.types], path).toContain(name);
      }
    }
  });

  /** Parameters of a template, Bicep or JSON: have they to be given? */
  function takenBy(path: string): Map<string, boolean> {
    if (path.endsWith('.bicep'))
      return new Map([...file(path).parameters].map(([name, { isRequired }]) => [name, isRequired]));
    const { parameters } = JSON.parse(readFileSync(join(written.folder, path), 'utf8'));
    return new Map(Object.entries<object>(parameters).map(([name, one]) => [name, !('defaultValue' in one)]));
  }

  test('name what the parameters files and the workbook are for', () => {
    const main = file('main.bicep');
    for (const name of ['dev', 'prod']) {
      const { using, outputs: given } = file(`${name}.bicepparam`);
      expect(using).toBe('main.bicep');
      expect([...given.keys()].filter((one) => !main.parameters.has(one))).toEqual([]);
      const required = [...main.parameters].filter(([, { isRequired }]) => isRequired).map(([one]) => one);
      expect(required.filter((one) => !given.has(one))).toEqual([]);
      expect(textOf(given.get('environment'))).toBe(name);
    }
    const loaded = templates().flatMap(([path, { root }]) =>
      [...walk(root)]
        .filter(({ type, children }) => type === 'call_expression' && children[0]!.text === 'loadTextContent')
        .map(({ children }) => posix.join(posix.dirname(path), textOf(children[1]!.children[0])!)),
    );
    expect(loaded).toEqual(['telemetry/azure-workbook.json']);
    expect(() => JSON.parse(readFileSync(join(written.folder, loaded[0]!), 'utf8'))).not.toThrow();
  });

  test('make what the notebooks speak of', () => {
    const prod = file('prod.bicepparam').outputs;
    expect(textOf(prod.get('resourceGroupName'))).toBe('crypto-analytics-rg');
    expect(textOf(prod.get('eventHubNamespaceName'))).toBe('crypto-data-hub');
    expect(textOf(prod.get('databricksWorkspaceName'))).toBe('crypto-analytics-workspace');
    const hub = propertiesOf(resource('modules/event-hubs.bicep', 'hub').body);
    expect(textOf(hub.get('name'))).toBe('crypto-stream');
    expect(propertiesOf(hub.get('properties')).get('partitionCount')!.text).toBe('partitions');
    expect(defaultOf('eventHubPartitions')).toBe('4');
  });

  test('keep the doors shut', () => {
    const settings = (path: string, symbol: string) => {
      const properties = propertiesOf(propertiesOf(resource(path, symbol).body).get('properties'));
      return Object.fromEntries([...properties].map(([name, value]) => [name, textOf(value) ?? value.text]));
    };
    expect(settings('modules/lake.bicep', 'account')).toMatchObject({
      isHnsEnabled: 'true',
      allowBlobPublicAccess: 'false',
      allowSharedKeyAccess: 'false',
      minimumTlsVersion: 'TLS1_2',
      supportsHttpsTrafficOnly: 'true',
    });
    for (const container of ['tables', 'catalog'])
      expect(settings('modules/lake.bicep', container)).toEqual({ publicAccess: 'None' });
    expect(settings('modules/event-hubs.bicep', 'namespace')).toMatchObject({
      disableLocalAuth: 'keysRefused',
      minimumTlsVersion: '1.2',
    });
    expect(defaultOf('eventHubKeysRefused')).toBe('true');
    expect(settings('modules/key-vault.bicep', 'vault')).toMatchObject({
      enableRbacAuthorization: 'true',
      enableSoftDelete: 'true',
      enablePurgeProtection: 'true',
    });
  });

  function defaultOf(name: string): string {
    const isIt = ({ type, children: [first] }: Node) =>
      type === 'parameter_declaration' && first!.text === name;
    return file('main.bicep').root.children.find(isIt)!.children.at(-1)!.text;
  }

  test('grant the least roles, built-in ones, on single resources', () => {
    const roles = propertiesOf(file('modules/roles.bicep').variables.get('roles'));
    expect(Object.fromEntries([...roles].map(([name, id]) => [name, textOf(id)]))).toEqual(BUILT_IN);
    const grants = templates().flatMap(([path, { resources }]) =>
      resources
        .filter(({ type }) => type === 'Microsoft.Authorization/roleAssignments')
        .map(({ body }) => {
          const { scope, name, properties } = Object.fromEntries(propertiesOf(body));
          const given = propertiesOf(properties);
          const [kind, role] = given.get('roleDefinitionId')!.children[1]!.children;
          expect(textOf(kind)).toBe('Microsoft.Authorization/roleDefinitions');
          // The name is made of what the grant is of, so that another deployment makes the same one.
          const parts = name!.children[1]!.children.map(spelled);
          expect(parts).toEqual([`${scope!.text}.id`, spelled(given.get('principalId')!), spelled(role!)]);
          return `${posix.basename(path, '.bicep')} ${scope!.text}: ${parts[1]} ${parts[2]}`;
        }),
    );
    expect(grants).toEqual([
      'event-hubs hub: sender.id roles.eventHubsDataSender',
      'event-hubs hub: receiver.id roles.eventHubsDataReceiver',
      'key-vault vault: reader.id roles.keyVaultSecretsUser',
      'lake tables: writer.id roles.storageBlobDataContributor',
      'lake catalog: writer.id roles.storageBlobDataReader',
      'lake tables: connectorPrincipalId roles.storageBlobDataReader',
      'lake catalog: connectorPrincipalId roles.storageBlobDataContributor',
      'lake account: connectorPrincipalId roles.storageBlobDelegator',
    ]);
  });

  test('tell no secret: no keys are listed, no output holds one, nothing is kept in a parameters file', () => {
    for (const [path, { root, outputs }] of written.files) {
      const calls = [...walk(root)].filter(({ type }) => type === 'call_expression');
      expect(
        calls.filter(({ children }) => /^list/i.test(children[0]!.children.at(-1)?.text ?? '')),
        path,
      ).toEqual([]);
      const said = [...outputs.values()].flatMap((value) => [...walk(value)].map(({ text }) => text));
      expect(
        said.filter((text) => /key$|secret|connectionstring|password|sas/i.test(text)),
        path,
      ).toEqual([]);
    }
  });
});

/** `a.b.c` of a chain of names. */
function spelled({ text, children }: Node): string {
  return children.length === 0 ? text : children.map(spelled).join('.');
}

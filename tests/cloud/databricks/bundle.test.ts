import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeCloudFiles } from '../../../src/cloud/files.ts';
import { CATALOG, DATABASE, PIPELINE_TABLES } from '../../../src/cloud/pipeline/tables.ts';
import { describeWithPython } from '../../fixtures/python.ts';

const BRONZE_ACCESS = fileURLToPath(new URL('bronze_access.py', import.meta.url));
const READER = fileURLToPath(new URL('bundle.py', import.meta.url));

// biome-ignore lint/suspicious/noExplicitAny: what YAML holds is looked at by each test
type Json = { readonly [key: string]: any };

const reference = (name: string) => `$\{${name}}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlebook-bundle-'));
  writeCloudFiles({ to: folder, names: ['bundle', 'pipeline'] });
});
afterAll(() => rmSync(folder, { recursive: true }));

describeWithPython(
  'the bundle as it is written out of the package',
  ['databricks.bundles', 'yaml'],
  (python) => {
    let read: { readonly bundle: Json; readonly targets: Readonly<Record<string, Json>> };
    beforeAll(() => {
      read = JSON.parse(execFileSync(python, [READER, join(folder, 'bundle')], { encoding: 'utf8' }));
    }, 60_000);

    test('has targets of which each is valid by Databricks’ own classes', () => {
      expect(Object.keys(read.targets)).toEqual(['dev', 'prod', 'prod-classic']);
      for (const target of Object.values(read.targets))
        expect(Object.keys(target).sort()).toEqual(['jobs', 'pipelines', 'schemas']);
      expect(read.bundle.targets.dev).toMatchObject({ mode: 'development', default: true });
      for (const name of ['prod', 'prod-classic'])
        expect(read.bundle.targets[name]).toMatchObject({
          mode: 'production',
          run_as: { service_principal_name: reference('var.run_as') },
          permissions: [{ level: 'CAN_MANAGE' }, { level: 'CAN_VIEW' }],
        });
    });

    test('who runs it may make the tables, and those who read them are a group that the catalog knows', () => {
      const reading = { principal: reference('var.table_readers'), privileges: ['USE_SCHEMA', 'SELECT'] };
      const making = { principal: reference('var.run_as'), privileges: ['USE_SCHEMA', 'CREATE_TABLE'] };
      expect(read.targets.dev!.schemas.tables.grants).toEqual([reading]);
      for (const name of ['prod', 'prod-classic'])
        expect(read.targets[name]!.schemas.tables.grants).toEqual([reading, making]);
      expect(['users', 'admins']).not.toContain(read.bundle.variables.table_readers.default);
    });

    test('no two resources have one key, which the command line refuses; production lies where not everybody writes', () => {
      const keys = Object.values(read.bundle.resources as Json).flatMap(Object.keys);
      expect(keys).toEqual([...new Set(keys)]);
      for (const name of ['prod', 'prod-classic'])
        expect(read.bundle.targets[name].workspace.root_path).not.toContain('/Workspace/Shared');
    });

    test('an unknown field, a value of another kind and a word that there is not are refused by them', () => {
      const file = join(folder, 'bundle', 'resources', 'market.pipeline.yml');
      const text = readFileSync(file, 'utf8');
      for (const [right, wrong] of [
        ['photon: true', 'foton: true'],
        ['serverless: true', 'serverless: maybe'],
        ['- glob:', '- glob: 1\n        - glob:'],
      ] as const) {
        expect(text).toContain(right);
        writeFileSync(file, text.replace(right, wrong));
        const { status, stderr } = spawnSync(python, [READER, join(folder, 'bundle')], { encoding: 'utf8' });
        expect([wrong, status]).toEqual([wrong, 1]);
        expect(stderr).toContain('ValueError');
      }
      writeFileSync(file, text);
    }, 60_000);

    test('serverless is the default; the classic target has autoscaled spot machines with a fall-back, which end soon', () => {
      for (const name of ['dev', 'prod'])
        expect(read.targets[name]!.pipelines.market).toMatchObject({ serverless: true });
      for (const name of ['dev', 'prod'])
        expect(read.targets[name]!.pipelines.market.clusters).toBeUndefined();
      const { configuration, clusters, serverless } = read.targets['prod-classic']!.pipelines.market;
      expect(serverless).toBe(false);
      expect(configuration['pipelines.clusterShutdown.delay']).toBe('60s');
      expect(clusters).toMatchObject([
        {
          autoscale: { min_workers: 1, mode: 'ENHANCED' },
          azure_attributes: { availability: 'SPOT_WITH_FALLBACK_AZURE', first_on_demand: 1 },
        },
      ]);
    });

    test('jobs: a scheduled refresh of this pipeline, and a scheduled maintenance whose file is there', () => {
      for (const { jobs } of Object.values(read.targets)) {
        expect(jobs.refresh).toMatchObject({
          schedule: { timezone_id: 'UTC', quartz_cron_expression: reference('var.schedule') },
          max_concurrent_runs: 1,
          tasks: [{ pipeline_task: { pipeline_id: reference('resources.pipelines.market.id') } }],
        });
        // A schedule that states it would run in a developer's copy too.
        for (const { schedule } of [jobs.refresh, jobs.maintenance])
          expect(schedule).not.toHaveProperty('pause_status');
        const { file, parameters } = jobs.maintenance.tasks[0].sql_task;
        const path = join(folder, 'bundle', 'resources', file.path);
        const sql = readFileSync(path, 'utf8');
        const named = [...sql.matchAll(/(?<!:):([a-z_]+)/g)].map(([, name]) => name);
        expect(Object.keys(parameters).sort()).toEqual([...new Set(named)].sort());
      }
    });

    test('all files of the pipeline, and none else, are named, as Databricks allows it, and are synchronised', () => {
      const { libraries, root_path } = read.targets.dev!.pipelines.market;
      const resources = join(folder, 'bundle', 'resources');
      const found = libraries.map(({ glob }: Json) => join(resources, glob.include));
      const pipeline = join(folder, 'pipeline');
      const wanted = readdirSync(pipeline).filter((name) => /\.(?:py|sql)$/.test(name));
      expect(found.sort()).toEqual(wanted.map((name) => join(pipeline, name)).sort());
      expect(found.length).toBeGreaterThan(2);
      expect(join(resources, root_path)).toBe(pipeline);
      expect(read.bundle.sync.paths.map((path: string) => join(folder, 'bundle', path, '.'))).toEqual([
        join(folder, 'bundle', '.'),
        join(folder, 'pipeline', '.'),
      ]);
    });

    test('tables lie where the package looks for them', () => {
      const { catalog, schema, service_credential } = read.bundle.variables;
      // The way without a secret is the default, as Event Hubs' keys are refused by the Azure files.
      expect(service_credential.default).toBe('candlebook');
      expect([catalog.default, schema.default]).toEqual([CATALOG, DATABASE]);
      const files = readdirSync(join(folder, 'pipeline')).filter((name) => /\.(?:py|sql)$/.test(name));
      const text = files.map((name) => readFileSync(join(folder, 'pipeline', name), 'utf8')).join('\n');
      for (const { name } of PIPELINE_TABLES)
        expect(text).toMatch(new RegExp(`CREATE STREAMING TABLE ${name}\\b|def ${name}\\(`));
    });

    test('every setting that the pipeline reads is given, and none that it does not know', () => {
      const pipeline = join(folder, 'pipeline');
      const files = readdirSync(pipeline).filter((name) => /\.(?:py|sql)$/.test(name));
      const text = files.map((name) => readFileSync(join(pipeline, name), 'utf8')).join('\n');
      const inSql = [...text.matchAll(/\$\{(candlebook\.[\w.]+)\}/g)].map(([, name]) => name!);
      const inPython = [...text.matchAll(/setting\("([\w.]+)"/g)].map(([, name]) => `candlebook.${name}`);
      const { configuration } = read.targets.dev!.pipelines.market;
      const given = Object.keys(configuration);
      // SQL has no default: a name without a value would stay in the text.
      expect(inSql.filter((name) => !given.includes(name))).toEqual([]);
      expect(given.filter((name) => ![...inSql, ...inPython].includes(name))).toEqual([]);
    });

    test('the topic is read by a service credential, by a secret of a scope, or by a variable', () => {
      const access = (settings: object, env: Record<string, string> = {}) => {
        const words = [BRONZE_ACCESS, join(folder, 'pipeline', 'bronze.py'), JSON.stringify(settings)];
        const given = { ...process.env, EVENT_HUBS_CONNECTION_STRING: '', ...env };
        const secrets = JSON.stringify({ 'books/hub': 'from-the-scope' });
        return JSON.parse(execFileSync(python, [...words, secrets], { encoding: 'utf8', env: given }));
      };
      const scope = { 'candlebook.secret.scope': 'books', 'candlebook.secret.key': 'hub' };
      expect(access({ ...scope, 'candlebook.service.credential': 'hub-reader' })).toEqual({
        'databricks.serviceCredential': 'hub-reader',
      });
      const module = read.targets.dev!.pipelines.market.configuration['candlebook.kafka.login.module'];
      expect(access({ ...scope, 'candlebook.kafka.login.module': module })['kafka.sasl.jaas.config']).toBe(
        `${module} required username="$ConnectionString" password="from-the-scope";`,
      );
      const variable = access({}, { EVENT_HUBS_CONNECTION_STRING: 'from-the-variable' });
      expect(variable['kafka.sasl.jaas.config']).toContain('password="from-the-variable"');
      expect(access({})).toEqual({});
    }, 60_000);

    test('every variable that is used is declared, and every one declared is used; no secret stands in it', () => {
      const text = globSync(join(folder, 'bundle', '**', '*.yml'))
        .map((file) => readFileSync(file, 'utf8'))
        .join('\n');
      const used = new Set([...text.matchAll(/\$\{var\.(\w+)\}/g)].map(([, name]) => name!));
      expect([...used].sort()).toEqual(Object.keys(read.bundle.variables).sort());
      expect(text).not.toMatch(/SharedAccessKey|Endpoint=sb|dapi|AccountKey|password/i);
      expect(existsSync(join(folder, 'bundle', 'databricks.yml'))).toBe(true);
    });
  },
);

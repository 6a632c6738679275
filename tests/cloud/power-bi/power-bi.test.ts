import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CATALOG, DATABASE, PIPELINE_TABLES } from '../../../src/cloud/pipeline/tables.ts';
import { namesIn } from './dax.ts';
import { parseTmdl, type TmdlObject } from './tmdl.ts';

const FOLDER = fileURLToPath(new URL('../../../src/cloud/power-bi/', import.meta.url));
const all = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));
const objects = new Map(
  all.filter((path) => path.endsWith('.tmdl')).map((path) => [path, parseTmdl(readFileSync(path, 'utf8'))]),
);
const every = [...objects.values()].flat();
const tables = every.filter(({ kind }) => kind === 'table');
const children = (table: TmdlObject, kind: string) => table.children.filter((child) => child.kind === kind);
const measures = tables.flatMap((table) => children(table, 'measure').map((measure) => ({ table, measure })));
const goldOf = (table: TmdlObject) =>
  /^GoldTable\("(\w+)"\)$/.exec(children(table, 'partition')[0]!.properties.get('source')!)?.[1];
const columnOf = (table: string, column: string) =>
  tables
    .find(({ name }) => name === table)
    ?.children.find(({ kind, name }) => kind === 'column' && name === column);
const json = (path: string) => JSON.parse(readFileSync(join(FOLDER, path), 'utf8'));

/** Types of Delta as a model has them. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'string',
  double: 'double',
  long: 'int64',
  integer: 'int64',
  timestamp: 'dateTime',
  date: 'dateTime',
};

describe('the semantic model', () => {
  test('each file holds what its name says, and the model names every table', () => {
    for (const [path, found] of objects)
      if (path.includes('tables')) expect(found.map(({ name }) => `${name}.tmdl`)).toEqual([basename(path)]);
    const referred = every.filter(({ kind }) => kind === 'ref').map(({ name }) => name);
    expect(referred.sort()).toEqual(tables.map(({ name }) => name).sort());
    expect(every.find(({ kind }) => kind === 'database')!.properties.get('compatibilityLevel')).toMatch(
      /^1[67]\d\d$/,
    );
    const ways = tables.map((table) => children(table, 'partition').map(({ expression }) => expression));
    expect(ways.every((one) => one.length === 1 && ['m', 'calculated'].includes(one[0]!))).toBe(true);
  });

  test('the gold tables are there once each, with their columns, types and meanings', () => {
    const gold = PIPELINE_TABLES.filter(({ layer }) => layer === 'gold');
    const found = tables.filter((table) => goldOf(table) !== undefined);
    expect(found.map(goldOf).sort()).toEqual(gold.map(({ name }) => name).sort());
    for (const table of found) {
      const { description, columns } = gold.find(({ name }) => name === goldOf(table))!;
      expect(table.description).toBe(description);
      expect(
        children(table, 'column').map(({ name, description: meaning, properties }) => ({
          name,
          meaning,
          type: properties.get('dataType'),
          source: properties.get('sourceColumn'),
        })),
        table.name,
      ).toEqual(
        columns.map(({ name, type, meaning }) => ({
          name,
          meaning,
          type: TYPES[type as string],
          source: name,
        })),
      );
    }
  });

  test('every relationship goes from a gold table to a symbol or a day of the same type', () => {
    const endOf = ({ properties }: TmdlObject, end: string): [table: string, column: string] => {
      const [, quoted, bare, column] = /^(?:'([^']+)'|(\w+))\.(\w+)$/.exec(properties.get(end)!)!;
      return [quoted ?? bare!, column!];
    };
    const ends = every
      .filter(({ kind }) => kind === 'relationship')
      .map((one) => ({ from: endOf(one, 'fromColumn'), to: endOf(one, 'toColumn') }));
    for (const { from, to } of ends) {
      expect(columnOf(...from), from.join()).toBeDefined();
      const types = [from, to].map((end) => columnOf(...end)?.properties.get('dataType'));
      expect(types[0], `${from} to ${to}`).toBe(types[1]);
    }
    const gold = tables.filter((table) => goldOf(table) !== undefined).map(({ name }) => name);
    const wanted = gold.flatMap((name) => [`${name} symbol Symbols`, `${name} date Days`]);
    expect(ends.map(({ from, to }) => `${from.join(' ')} ${to[0]}`).sort()).toEqual(wanted.sort());
  });

  test('measures have names of their own, a meaning, a format, and speak of what there is', () => {
    const names = measures.map(({ measure }) => measure.name);
    expect(names.length).toBeGreaterThan(20);
    expect(names).toEqual([...new Set(names)]);
    const known = new Set(tables.map(({ name }) => name));
    for (const { table, measure } of measures) {
      expect(measure.description, measure.name).not.toBe('');
      expect(children(table, 'column').map(({ name }) => name)).not.toContain(measure.name);
      expect(known.has(measure.name), measure.name).toBe(false);
      const used = namesIn(measure.expression!);
      for (const [of, column] of used.columns)
        expect(columnOf(of, column), `${measure.name}: ${of}[${column}]`).toBeDefined();
      expect(
        used.measures.filter((name) => !names.includes(name)),
        measure.name,
      ).toEqual([]);
      expect(
        used.tables.filter((name) => !known.has(name)),
        measure.name,
      ).toEqual([]);
      expect(
        used.functions.filter((name) => !FUNCTIONS.has(name)),
        measure.name,
      ).toEqual([]);
      const isText = /"/.test(measure.expression!);
      expect(measure.properties.has('formatString') || isText, `${measure.name} has a format`).toBe(true);
    }
    expect(names).toEqual(
      expect.arrayContaining([
        ...[
          'Average price',
          'Change 24h',
          'Top performer',
          'Total volume 24h',
          'Market share',
          'Volatility now',
        ],
        ...['Symbols up', 'Symbols down', 'Mood', 'Volume spikes', 'SMA 5', 'SMA 10', 'SMA 20'],
      ]),
    );
  });

  test('what is calculated speaks of gold columns only', () => {
    const calculated = tables.filter((table) => goldOf(table) === undefined);
    expect(calculated.map(({ name }) => name).sort()).toEqual(['Days', 'Symbols']);
    for (const table of calculated) {
      const source = children(table, 'partition')[0]!.properties.get('source')!;
      const used = namesIn(source);
      for (const [of, column] of used.columns) expect(columnOf(of, column), `${of}[${column}]`).toBeDefined();
      expect(
        used.functions.filter((name) => !FUNCTIONS.has(name)),
        table.name,
      ).toEqual([]);
      for (const { name, properties } of children(table, 'column')) {
        expect(properties.get('sourceColumn')).toBe(`[${name}]`);
        expect(source, name).toMatch(new RegExp(`"${name}"|\\[${name}\\]`));
        const sorted = properties.get('sortByColumn')?.replaceAll("'", '');
        if (sorted !== undefined) expect(columnOf(table.name, sorted), sorted).toBeDefined();
      }
    }
  });

  const expressions = new Map(
    every.filter(({ kind }) => kind === 'expression').map((one) => [one.name, one.expression!]),
  );
  const parameters = [...expressions].filter(([, text]) => / meta \[IsParameterQuery = true/.test(text));

  test('the connection is made of parameters, and of nothing else', () => {
    const [gold] = [...expressions].filter(([name]) => !parameters.some(([one]) => one === name));
    expect(gold![0]).toBe('GoldTable');
    for (const [name] of parameters) expect(gold![1], name).toMatch(new RegExp(`\\b${name}\\b`));
    expect(parameters.map(([name]) => name)).toEqual([
      'ServerHostname',
      'HttpPath',
      'Catalog',
      'Schema',
      'DaysKept',
    ]);
    expect(gold![1]).toMatch(/^\(name as text\) as table =>\n\tlet\n[\s\S]+\n\tin\n\t\tRecent$/);
    // What is neither a field of a record, nor part of a library's name, is a step before it or a parameter.
    const steps = [...gold![1].matchAll(/^\t\t(\w+) = /gm)].map(([, name]) => name!);
    expect(steps).toEqual(['Source', 'InCatalog', 'InSchema', 'Rows', 'First', 'Recent']);
    const spoken = [...gold![1].matchAll(/(?<![."\w]|\[|, (?=\w+ = null))\b[A-Z]\w*\b(?![."\w]| = )/g)].map(
      ([name]) => name,
    );
    const known = [...steps, ...expressions.keys(), 'Data'];
    expect(spoken.filter((name) => !known.includes(name))).toEqual([]);
    expect(spoken).toEqual(expect.arrayContaining(['ServerHostname', 'DaysKept', 'Rows', 'First']));
    expect(JSON.stringify([...expressions.values()])).not.toMatch(/token|password|secret/i);
  });

  test('the .pbids leads to the same place', () => {
    const { version, connections } = json('candlebook.pbids');
    const stated = (name: string) => JSON.parse(/^"[^"]*"/.exec(expressions.get(name)!)![0]);
    expect(version).toBe('0.1');
    expect(connections).toEqual([
      {
        details: {
          protocol: 'databricks-sql',
          address: { host: stated('ServerHostname'), path: stated('HttpPath') },
          authentication: null,
          query: null,
        },
        options: { Catalog: stated('Catalog'), Database: stated('Schema') },
        mode: 'DirectQuery',
      },
    ]);
    expect([stated('Catalog'), stated('Schema')]).toEqual([CATALOG, DATABASE]);
  });
});

/** Functions of DAX that the model calls. */
const FUNCTIONS = new Set([
  ...[
    'ALL',
    'AVERAGE',
    'AVERAGEX',
    'BLANK',
    'CALCULATE',
    'CALENDAR',
    'COALESCE',
    'CONCATENATEX',
    'COUNTROWS',
  ],
  ...[
    'DISTINCT',
    'DIVIDE',
    'FILTER',
    'FORMAT',
    'ISBLANK',
    'MAX',
    'MAXX',
    'MIN',
    'SELECTCOLUMNS',
    'SUM',
    'SUMX',
  ],
  ...['NOT', 'SWITCH', 'TODAY', 'TRUE', 'UNION', 'WEEKDAY'],
]);

describe('the report', () => {
  const REPORT = 'candlebook.Report';
  const SCHEMA =
    /^https:\/\/developer\.microsoft\.com\/json-schemas\/fabric\/([\w/]+)\/\d+\.\d+\.\d+\/schema\.json$/;
  const KINDS: Readonly<Record<string, string>> = {
    '.platform': 'gitIntegration/platformProperties',
    'candlebook.pbip': 'pbip/pbipProperties',
    'definition.pbir': 'item/report/definitionProperties',
    'definition.pbism': 'item/semanticModel/definitionProperties',
    'page.json': 'item/report/definition/page',
    'pages.json': 'item/report/definition/pagesMetadata',
    'report.json': 'item/report/definition/report',
    'version.json': 'item/report/definition/versionMetadata',
    'visual.json': 'item/report/definition/visualContainer',
  };

  test('every file is of the schema that its name asks for, and points to what is there', () => {
    const files = all.filter((path) => !/\.(tmdl|pbids)$/.test(path));
    for (const path of files)
      expect(SCHEMA.exec(JSON.parse(readFileSync(path, 'utf8')).$schema)?.[1], path).toBe(
        KINDS[basename(path)],
      );
    expect(json('candlebook.pbip').artifacts).toEqual([{ report: { path: REPORT } }]);
    expect(json(`${REPORT}/definition.pbir`).datasetReference.byPath.path).toBe(
      '../candlebook.SemanticModel',
    );
    const ids = [REPORT, 'candlebook.SemanticModel'].map(
      (item) => json(`${item}/.platform`).config.logicalId,
    );
    expect(new Set(ids).size).toBe(2);
  });

  const pages: string[] = json(`${REPORT}/definition/pages/pages.json`).pageOrder;
  const inPages = (name = '') => readdirSync(join(FOLDER, REPORT, 'definition', 'pages', name));

  test('the pages are those that are listed', () => {
    expect(
      inPages()
        .filter((name) => name !== 'pages.json')
        .sort(),
    ).toEqual([...pages].sort());
    for (const page of pages) expect(json(`${REPORT}/definition/pages/${page}/page.json`).name).toBe(page);
  });

  describe.each(pages)('%s', (page) => {
    const { width, height } = json(`${REPORT}/definition/pages/${page}/page.json`);
    const visuals = inPages(join(page, 'visuals')).map((name) => ({
      name,
      ...json(`${REPORT}/definition/pages/${page}/visuals/${name}/visual.json`),
    }));

    test('shows measures and columns of the model', () => {
      const fields = JSON.stringify(visuals).matchAll(
        /"(Measure|Column)":\{"Expression":\{"SourceRef":\{"Entity":"([^"]+)"\}\},"Property":"([^"]+)"\}/g,
      );
      let count = 0;
      for (const [, kind, entity, property] of fields) {
        const table = tables.find(({ name }) => name === entity);
        const names = table ? children(table, kind!.toLowerCase()).map(({ name }) => name) : [];
        expect(names, `${entity}[${property}]`).toContain(property);
        count++;
      }
      expect(count).toBeGreaterThan(5);
    });

    test('has its visuals side by side, within the page', () => {
      for (const [at, { name, position: one }] of visuals.entries()) {
        expect(
          one.x >= 0 && one.y >= 0 && one.x + one.width <= width && one.y + one.height <= height,
          name,
        ).toBe(true);
        for (const { name: other, position: two } of visuals.slice(at + 1)) {
          const apart =
            one.x + one.width <= two.x ||
            two.x + two.width <= one.x ||
            one.y + one.height <= two.y ||
            two.y + two.height <= one.y;
          expect(apart, `${name} and ${other}`).toBe(true);
        }
      }
    });
  });
});

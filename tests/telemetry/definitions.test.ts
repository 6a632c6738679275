import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSettings } from '../../src/configuration/index.ts';
import { DEFINITIONS } from '../../src/telemetry/command.ts';
import {
  METRICS,
  type Metric,
  type MetricName,
  openTelemetry,
  type Telemetry,
} from '../../src/telemetry/index.ts';

const read = (name: keyof typeof DEFINITIONS) =>
  readFileSync(new URL(`../../src/telemetry/definitions/${DEFINITIONS[name]}`, import.meta.url), 'utf8');

/** All texts in a JSON value. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

const names = Object.keys(METRICS) as MetricName[];
const kindOf = (name: MetricName): Metric => METRICS[name];

describe('Grafana', () => {
  let telemetry: Telemetry;
  let exposition: string;
  beforeAll(async () => {
    telemetry = await openTelemetry({
      settings: loadSettings({ telemetry: { port: 0 } }, { env: {} }),
      source: 'simulated',
    });
    for (const name of names) {
      const { kind, attributes = [] } = kindOf(name);
      const told = Object.fromEntries(attributes.map((attribute) => [attribute, 'x']));
      if (kind === 'counter') telemetry.count(name, 1, told);
      else if (kind === 'histogram') telemetry.record(name, 1, told);
      else telemetry.observe(name, () => [[1, told]]);
    }
    exposition = await (await fetch(`${telemetry.url}/metrics`)).text();
  });
  afterAll(() => telemetry.close());

  test('every series and label of the dashboard is one that a run exposes, and every metric is shown', () => {
    const dashboard = JSON.parse(read('grafana'));
    const queries = dashboard.panels.flatMap((panel: { targets: { expr: string }[] }) =>
      panel.targets.map(({ expr }) => expr),
    ) as string[];
    expect(queries.length).toBeGreaterThan(15);
    const used = new Set(
      queries.flatMap((query) => query.match(/\b(?:candlebook|process|nodejs)_[a-z0-9_]+/g) ?? []),
    );
    for (const series of used) expect(exposition, series).toMatch(new RegExp(`^${series}\\{`, 'm'));
    for (const query of queries) {
      const [, labels = ''] = /\bby \(([^)]+)\)/.exec(query) ?? [];
      const [series] = /\b(?:candlebook|process|nodejs)_[a-z0-9_]+/.exec(query)!;
      for (const label of labels
        .split(',')
        .map((one) => one.trim())
        .filter(Boolean))
        expect(exposition, query).toMatch(new RegExp(`^${series}\\{[^}]*\\b${label}="`, 'm'));
    }
    for (const name of names) {
      const stem = name.replaceAll('.', '_');
      expect(
        [...used].some(
          (series) => series === stem || series === `${stem}_total` || series === `${stem}_bucket`,
        ),
        name,
      ).toBe(true);
    }
    const ids = dashboard.panels.map((panel: { id: number }) => panel.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe.each(['workbook', 'alert-rules'] as const)('Azure: %s', (which) => {
  test('every metric and dimension of the queries is one that a run reports', () => {
    const queries = texts(JSON.parse(read(which))).filter((text) => text.includes('customMetrics'));
    expect(queries.length).toBeGreaterThan(5);
    for (const query of queries) {
      const used = [...query.matchAll(/"((?:candlebook|process|nodejs)\.[a-z0-9.]+)"/g)].map(
        (match) => match[1]! as MetricName,
      );
      expect(used.length, query).toBeGreaterThan(0);
      for (const name of used) {
        expect(names, query).toContain(name);
        for (const [, dimension] of query.matchAll(/customDimensions\["(\w+)"\]/g))
          expect(kindOf(name).attributes, query).toContain(dimension);
      }
    }
  });
});

test('the workbook shows every metric', () => {
  const workbook = read('workbook');
  for (const name of names) expect(workbook, name).toContain(`\\"${name}\\"`);
});

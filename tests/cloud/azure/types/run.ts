/*
 * The resources of the Azure files against the types that Microsoft publishes, property by property:
 * `npm run test:azure`. What knows the types is installed into the cache, outside the checkout (60 MB, once).
 */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { pythonWith } from '../../../fixtures/python.ts';
import { say, step } from '../../../fixtures/step.ts';
import { writtenBicep } from '../written.ts';
import { problemsOf } from './check.ts';
import { MONITOR_MODELS, monitorTypes } from './monitor.ts';
import { publishedTypes } from './published.ts';
import type { ResourceType } from './schema.ts';

const python = pythonWith('tree_sitter_bicep');
if (!python) throw new Error('no Python with tree_sitter_bicep: run `npm run setup -- --tests`');
const written = writtenBicep(python);
try {
  const published = await publishedTypes();
  const monitor = await monitorTypes();
  const resources = [...written.files].flatMap(([path, file]) =>
    file.resources.map((resource) => ({ path, resource })),
  );
  const types = new Map<string, ResourceType>();
  await step('types of the resources', async () => {
    for (const { type } of resources.map(({ resource }) => resource))
      if (!types.has(type)) types.set(type, type in MONITOR_MODELS ? monitor(type) : await published(type));
  });
  let properties = 0;
  let wrong = 0;
  for (const { path, resource } of resources) {
    const { problems, checked } = problemsOf(resource, types.get(resource.type)!);
    properties += checked;
    wrong += problems.length;
    for (const problem of problems) say(`✗ ${path}, ${resource.symbol} (${resource.type}): ${problem}`);
  }
  console.log(
    `${resources.length} resources of ${types.size} types, ${properties} properties held against the published types: ${wrong} wrong`,
  );
  process.exitCode = wrong > 0 || properties === 0 ? 1 : 0;
} finally {
  rmSync(dirname(written.folder), { recursive: true, force: true });
}

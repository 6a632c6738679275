import { LaunchError, runMain } from './failure.mjs';
import { importProblems } from './imports.mjs';
import { inRoot, packagedNode } from './paths.mjs';
import { setup } from './setup.mjs';
import { commandStep, step } from './steps.mjs';

const HELP = `npm run check

Types (sources, page, tests), lint and formatting, and import directions.

Example: npm run check      (npm run format mends formatting)`;

await runMain(async () => {
  if (process.argv.includes('--help')) {
    console.log(HELP);
    return 0;
  }
  await setup({ python: false });
  const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');
  const next = 'Mend what is named above.';
  await commandStep('Types of src', packagedNode(), [tsc, '--noEmit'], { next });
  for (const room of ['dashboard', 'serve']) {
    await commandStep(
      `Types of the page of ${room}`,
      packagedNode(),
      [tsc, '--noEmit', '-p', inRoot('src', room, 'page')],
      { next },
    );
  }
  await commandStep('Types of the tests', packagedNode(), [tsc, '-p', inRoot('tests')], { next });
  await commandStep('Types of the launch scripts', packagedNode(), [tsc, '-p', inRoot('src', 'launch')], {
    next,
  });
  const biome = inRoot('node_modules', '@biomejs', 'biome', 'bin', 'biome');
  await commandStep(
    'Lint and formatting',
    packagedNode(),
    [biome, 'check', '--config-path', inRoot('.biome.json'), '--error-on-warnings', inRoot()],
    {
      next: '`npm run format` mends most of it.',
    },
  );
  await step('Import directions', async () => {
    const problems = importProblems();
    if (problems.length > 0)
      throw new LaunchError(
        'Imports point the wrong way.',
        'Move the code, or the folder in src/README.md.',
        problems.join('\n'),
      );
  });
  return 0;
});

import { fileURLToPath } from 'node:url';
import { run } from '../fixtures/step.ts';
import type { TestBroker } from './broker.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const VITEST = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'tests/vitest.config.ts'];

/** What `tests/fetcher/feeds.test.ts` asks of every feed, asked of the topic's feed on a broker that is there. */
export async function keepsContract({ plain }: TestBroker): Promise<void> {
  const chosen = ['tests/fetcher/feeds.test.ts', '--testNamePattern', 'topic feed'];
  const env = { ...process.env, CANDLEBOOK_TEST_BROKER: plain, NO_COLOR: '1' };
  const printed = await run(process.execPath, [...VITEST, ...chosen], { cwd: root, env });
  if (!/Tests +5 passed/.test(printed)) throw new Error(`not all five were held: ${printed}`);
}

import { CandlebookError } from '../../market/index.ts';
import type { FaultKind } from './kinds.ts';

/** Where an embedded exchange is told of a fault, by POST: `/candlebook/faults/break`. No path of the real exchange. */
export const FAULT_PATH = '/candlebook/faults/';

/**
 * Tells an embedded exchange that runs elsewhere, in another process of this machine, to let one thing go wrong; as
 * `Exchange.inject` does for one of this process.
 * @param restUrl its REST address
 * @throws CandlebookError INPUT_INVALID where no embedded exchange takes it, or there is no such fault
 */
export async function injectFault(restUrl: string, kind: FaultKind): Promise<void> {
  const response = await fetch(`${restUrl}${FAULT_PATH}${encodeURIComponent(kind)}`, { method: 'POST' });
  await response.body?.cancel();
  if (response.status === 204) return;
  throw new CandlebookError('INPUT_INVALID', `${restUrl} does not take the fault ${JSON.stringify(kind)}.`, {
    value: kind,
    hint: 'Faults are for the embedded exchange: npm run demo, or candlebook exchange.',
  });
}

import { CandlebookError } from '../../market/index.ts';
import type { Action, Protocol } from './actions.ts';
import { type Committed, commit } from './commit.ts';
import { CONSTRAINT, checkConstraints, understand } from './constraints.ts';
import type { Log } from './log.ts';
import { Scan } from './scan.ts';

const MOST_ATTEMPTS = 20;

/**
 * Adds a CHECK constraint, such as `price > 0 AND lowPrice <= highPrice`, that every row there is and every row
 * to come has to meet. The table then asks its writers for Delta writer version 3.
 *
 * @throws CandlebookError SCHEMA_MISMATCH when a row that is there does not meet it; INPUT_INVALID when there is
 *   one of that name; TABLE_UNSUPPORTED when it can not be understood
 */
export async function addConstraint(log: Log, name: string, sql: string): Promise<Committed> {
  for (let tried = 1; ; tried++) {
    const read = await log.refresh();
    const { metadata, protocol, fields } = read;
    const key = CONSTRAINT + name.toLowerCase();
    if (name.trim() === '' || key in metadata.configuration) {
      throw new CandlebookError('INPUT_INVALID', `A constraint can not be named ${JSON.stringify(name)}.`, {
        value: name,
        hint: 'Choose a name that the table has not yet.',
      });
    }
    const expression = understand(name, sql, fields);
    for await (const batch of new Scan(log.files, read)) checkConstraints([{ name, sql, expression }], batch);
    const wanted = withConstraints(protocol);
    const actions: Action[] = [
      ...(wanted === protocol ? [] : [{ protocol: wanted }]),
      { metaData: { ...metadata, configuration: { ...metadata.configuration, [key]: sql } } },
    ];
    const outcome = await commit(log, {
      read,
      actions,
      reads: { paths: new Set(), matters: () => true },
      operation: 'ADD CONSTRAINT',
      parameters: { name, expr: sql },
    });
    if (!('conflict' in outcome)) return outcome;
    if (tried === MOST_ATTEMPTS) {
      throw new CandlebookError('TABLE_CONFLICT', `Others kept writing to ${log.files.location}.`, {
        value: outcome,
        hint: 'Nothing was changed: add the constraint when fewer others write.',
      });
    }
  }
}

function withConstraints(protocol: Protocol): Protocol {
  const { minWriterVersion, writerFeatures = [] } = protocol;
  if (minWriterVersion < 3) return { ...protocol, minWriterVersion: 3 };
  if (minWriterVersion < 7 || writerFeatures.includes('checkConstraints')) return protocol;
  return { ...protocol, writerFeatures: [...writerFeatures, 'checkConstraints'] };
}

import type { DataSource } from '../../market/index.ts';
import { openStateFile } from '../../store/index.ts';
import type { Broker } from '../kafka/broker.ts';
import { Position } from './position.ts';

/**
 * The position of a topic, kept in `<location>/<source>/state/`, on local disk or ADLS Gen2 as the tables are: one for
 * each broker and topic, and for each source, whose ids have nothing to do with one another.
 * @throws CandlebookError ACCESS_DENIED, INPUT_INVALID, TABLE_INVALID
 */
export async function openPosition(
  location: string,
  source: DataSource,
  { address }: Broker,
  topic: string,
): Promise<Position> {
  const name = `published-${address}-${topic}.json`.replaceAll(/[^A-Za-z0-9._-]/g, '-');
  return Position.open(await openStateFile(location, source, name));
}

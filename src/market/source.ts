/**
 * Where the data comes from. `live` is the exchange itself; `simulated` is the embedded exchange's market
 * model; `recorded` is a replay of captured frames. It travels with every feed, figure, console line and
 * table, and the three are never mixed.
 */
export type DataSource = 'live' | 'simulated' | 'recorded';

export const DATA_SOURCES: readonly DataSource[] = ['live', 'simulated', 'recorded'];

/** HTTP response header (REST and WebSocket handshake) by which the embedded exchange declares itself. */
export const SOURCE_HEADER = 'x-candlebook-source';

export function isDataSource(value: unknown): value is DataSource {
  return typeof value === 'string' && (DATA_SOURCES as readonly string[]).includes(value);
}

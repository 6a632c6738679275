import { afterEach, beforeEach } from 'vitest';
import { type Databricks, type DatabricksOptions, openDatabricks } from '../../../src/cloud/index.ts';
import { LoopbackDatabricks, WAREHOUSE } from './loopback.ts';

/** A workspace on loopback for each test, and clients of it that are closed after it. */
export function eachWorkspace() {
  const held = {
    api: undefined as unknown as LoopbackDatabricks,
    clients: [] as Databricks[],
    /** A client with pauses of milliseconds. */
    open(options: DatabricksOptions = {}): Databricks {
      // The same object stays: a test may rotate what is in it.
      const env = options.env ?? { DATABRICKS_TOKEN: 'dapi-good-token' };
      const made = openDatabricks({ host: held.api.host, warehouse: WAREHOUSE, pauseMs: 5, ...options, env });
      held.clients.push(made);
      return made;
    },
  };
  beforeEach(async () => {
    held.api = await LoopbackDatabricks.start();
  });
  afterEach(async () => {
    for (const client of held.clients.splice(0)) client.close();
    await held.api.close();
  });
  return held;
}

export const column = (name: string, type_name: string, type_text = type_name) => ({
  name,
  type_name,
  type_text,
});

/** The error of a promise that has to fail. */
export async function failure(promise: Promise<unknown>): Promise<Error & { code: string; value: unknown }> {
  try {
    await promise;
  } catch (error) {
    return error as Error & { code: string; value: unknown };
  }
  throw new Error('it did not fail');
}

export async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

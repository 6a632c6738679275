import { parentPort, workerData } from 'node:worker_threads';
import { DeltaTable } from './delta/index.ts';
import { openFiles } from './files/index.ts';

/** What a thread is started for. */
export interface MaintenanceJob {
  /** Of the table itself. */
  readonly location: string;
  readonly compact: boolean;
  readonly vacuum: boolean;
  readonly targetBytes: number;
  readonly mostRows: number;
  readonly sortBy: readonly string[];
}

/** What came of it. */
export interface MaintenanceDone {
  /** Newest version that the job saw. */
  readonly version?: number;
  readonly filesRemoved?: number;
  readonly filesAdded?: number;
  readonly filesDeleted?: number;
  readonly trouble?: string;
}

async function work({ location, compact, vacuum, ...options }: MaintenanceJob): Promise<MaintenanceDone> {
  const table = await DeltaTable.open(await openFiles(location));
  const { filesRemoved = 0, filesAdded = 0 } = compact ? await table.optimize(options) : {};
  const filesDeleted = vacuum ? (await table.vacuum()).deleted.length : 0;
  return { version: table.version, filesRemoved, filesAdded, filesDeleted };
}

work(workerData as MaintenanceJob).then(
  (done) => parentPort!.postMessage(done),
  (error: Error) => parentPort!.postMessage({ trouble: error.message } satisfies MaintenanceDone),
);

import { constants, setPriority } from 'node:os';
import { DeltaTable } from './delta/index.ts';
import { openFiles } from './files/index.ts';

/** What a process is started for. */
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

// The feed and its commits go first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
// Ctrl-C reaches the whole group of processes; the one that started this decides when it ends, and is never outlived.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
process.once('message', (job: MaintenanceJob) => {
  const tell = (done: MaintenanceDone) => process.send!(done, () => process.disconnect());
  work(job).then(tell, (error: Error) => tell({ trouble: error.message }));
});

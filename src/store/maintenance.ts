import { Worker } from 'node:worker_threads';
import type { DataSource } from '../market/index.ts';
import type { DeltaTable } from './delta/index.ts';
import { below } from './files/index.ts';
import type { MaintenanceDone, MaintenanceJob } from './maintenance-worker.ts';
import type { TableSchema } from './schema.ts';

export interface MaintenanceOptions {
  /** Commits to a table after which its small files are put together. Default 60; 0: never. */
  readonly compactEvery?: number;
  /** Size in bytes up to which files are put together. Default 4 MiB, some hundred thousand rows. */
  readonly targetBytes?: number;
  /** Rows that such a file has at most: what compaction needs of the process's memory. Default 250,000. */
  readonly mostRows?: number;
  /** Hours after which files that no version of the last days needs are deleted. Default 24; 0: never. */
  readonly vacuumEveryHours?: number;
  /** How often it looks whether something is due, ms. Default 1,000. */
  readonly lookEveryMs?: number;
}

/** What was done so far. */
export interface MaintenanceReport {
  readonly compactions: number;
  readonly filesRemoved: number;
  readonly filesAdded: number;
  readonly filesDeleted: number;
  /** Why the last job failed; it is tried again when it is due next. */
  readonly trouble: string | undefined;
}

const DEFAULTS = {
  compactEvery: 60,
  targetBytes: 4 * 2 ** 20,
  mostRows: 250_000,
  vacuumEveryHours: 24,
  lookEveryMs: 1_000,
};
const HOUR_MS = 3_600_000;
/** A thread that needs more is ended, and the process goes on. */
const MOST_MB = 1_024;
/** It leaves behind much and keeps little: collected more often, it takes two thirds of the memory. */
const YOUNG_MB = 8;
/** At the end, a job may finish within this time; ending it leaves nothing but files that VACUUM finds. */
const PATIENCE_MS = 2_000;

interface Kept {
  readonly delta: DeltaTable;
  readonly schema: TableSchema;
  readonly location: string;
  compactedAt: number;
  vacuumedAt: number;
}

const script = new URL(
  `./maintenance-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

/**
 * Keeps tables tidy while they are written to: OPTIMIZE and VACUUM in a thread of their own, one job at a time, so
 * that neither the feed nor the commits wait for them. Their commits give way to the writer's.
 */
export class Maintenance {
  readonly #options: Required<MaintenanceOptions>;
  readonly #tables: Kept[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #done = { compactions: 0, filesRemoved: 0, filesAdded: 0, filesDeleted: 0 };
  #trouble: string | undefined;
  #running: { worker: Worker; ended: Promise<void> } | undefined;

  constructor(options: MaintenanceOptions = {}) {
    this.#options = { ...DEFAULTS, ...options };
    this.#timer = setInterval(() => this.#look(), this.#options.lookEveryMs).unref();
  }

  get report(): MaintenanceReport {
    return { ...this.#done, trouble: this.#trouble };
  }

  /** Looks after `<location>/<source>/<schema.path>`, which is open as `delta`. */
  keep(delta: DeltaTable, schema: TableSchema, location: string, source: DataSource): void {
    this.#tables.push({
      delta,
      schema,
      location: below(location, source, schema.path),
      compactedAt: delta.version,
      vacuumedAt: Date.now(),
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (!this.#running) return;
    const { worker, ended } = this.#running;
    const late = setTimeout(() => void worker.terminate(), PATIENCE_MS);
    await ended;
    clearTimeout(late);
  }

  #look(): void {
    if (this.#running) return;
    const { compactEvery, vacuumEveryHours, targetBytes, mostRows } = this.#options;
    for (const table of this.#tables) {
      const compact = compactEvery > 0 && table.delta.version - table.compactedAt >= compactEvery;
      const vacuum = vacuumEveryHours > 0 && Date.now() - table.vacuumedAt >= vacuumEveryHours * HOUR_MS;
      if (!compact && !vacuum) continue;
      const { clusteredBy: sortBy } = table.schema;
      this.#start(table, { location: table.location, compact, vacuum, targetBytes, mostRows, sortBy });
      return;
    }
  }

  #start(table: Kept, job: MaintenanceJob): void {
    const worker = new Worker(script, {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MB, maxYoungGenerationSizeMb: YOUNG_MB },
    });
    worker.unref();
    let outcome: MaintenanceDone = { trouble: 'it was ended' };
    worker.on('message', (message: MaintenanceDone) => {
      outcome = message;
    });
    worker.on('error', (error) => {
      outcome = { trouble: error.message };
    });
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve())).then(() => {
      this.#running = undefined;
      if (job.compact) table.compactedAt = outcome.version ?? table.delta.version;
      if (job.vacuum) table.vacuumedAt = Date.now();
      this.#trouble = outcome.trouble;
      if (job.compact && outcome.trouble === undefined) this.#done.compactions++;
      this.#done.filesRemoved += outcome.filesRemoved ?? 0;
      this.#done.filesAdded += outcome.filesAdded ?? 0;
      this.#done.filesDeleted += outcome.filesDeleted ?? 0;
    });
    this.#running = { worker, ended };
  }
}

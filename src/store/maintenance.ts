import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DataSource } from '../market/index.ts';
import type { DeltaTable } from './delta/index.ts';
import { below } from './files/index.ts';
import type { MaintenanceDone, MaintenanceJob } from './maintenance-process.ts';
import type { TableSchema } from './schema.ts';
import type { StateFile } from './state-file.ts';

export interface MaintenanceOptions {
  /** Small files of a table, one a commit, after which they are put together. Default 60; 0: never. */
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
/** A process that needs more is ended, and the writer goes on. */
const MOST_MB = 1_024;
/** It leaves behind much and keeps little: collected more often, it takes two thirds of the memory. */
const YOUNG_MB = 2;
/** At the end, a job may finish within this time; ending it leaves nothing but files that VACUUM finds. */
const PATIENCE_MS = 2_000;

interface Kept {
  readonly delta: DeltaTable;
  readonly schema: TableSchema;
  readonly location: string;
  /** Nothing is begun before the first commit: a run that starts has enough to do. */
  readonly openedAt: number;
  compactedAt: number;
}

/** When tables were last vacuumed, epoch ms, by their path: many a run is shorter than the time between two. */
type Vacuumed = Record<string, number>;

const script = new URL(
  `./maintenance-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

/**
 * Keeps tables tidy while they are written to: OPTIMIZE and VACUUM in a process of their own, one job at a time, so
 * that neither the feed nor the commits wait for them, and that the memory they took is given back whole. Their commits
 * give way to the writer's.
 */
export class Maintenance {
  readonly #options: Required<MaintenanceOptions>;
  readonly #state: StateFile;
  readonly #vacuumed: Vacuumed;
  #isWritten = true;
  readonly #tables: Kept[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #done = { compactions: 0, filesRemoved: 0, filesAdded: 0, filesDeleted: 0 };
  #trouble: string | undefined;
  #running: { child: ChildProcess; ended: Promise<void> } | undefined;
  #isImpatient = false;

  private constructor(options: MaintenanceOptions, state: StateFile, vacuumed: Vacuumed) {
    this.#options = { ...DEFAULTS, ...options };
    this.#state = state;
    this.#vacuumed = vacuumed;
    this.#timer = setInterval(() => this.#look(), this.#options.lookEveryMs).unref();
  }

  /**
   * @param state where the runs on a location tell each other when they vacuumed
   * @throws CandlebookError ACCESS_DENIED
   */
  static async open(options: MaintenanceOptions = {}, state: StateFile): Promise<Maintenance> {
    return new Maintenance(options, state, vacuumedIn(await state.read()));
  }

  get report(): MaintenanceReport {
    return { ...this.#done, trouble: this.#trouble };
  }

  /** Looks after `<location>/<source>/<schema.path>`, which is open as `delta`. */
  keep(delta: DeltaTable, schema: TableSchema, location: string, source: DataSource): void {
    if (this.#vacuumed[schema.path] === undefined) {
      this.#vacuumed[schema.path] = Date.now();
      this.#isWritten = false;
    }
    this.#tables.push({
      delta,
      schema,
      location: below(location, source, schema.path),
      openedAt: delta.version,
      compactedAt: delta.version - delta.compactable(this.#options),
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (!this.#isWritten && this.#tables.some(hasGrown)) await this.#write();
    if (!this.#running) return;
    const { child, ended } = this.#running;
    const late = setTimeout(() => {
      this.#isImpatient = true;
      child.kill('SIGKILL');
    }, PATIENCE_MS);
    await ended;
    clearTimeout(late);
  }

  #look(): void {
    if (this.#running) return;
    const { compactEvery, vacuumEveryHours, targetBytes, mostRows } = this.#options;
    for (const table of this.#tables) {
      if (!hasGrown(table)) continue;
      if (!this.#isWritten) void this.#write();
      const vacuumedAt = this.#vacuumed[table.schema.path]!;
      const compact = compactEvery > 0 && table.delta.version - table.compactedAt >= compactEvery;
      const vacuum = vacuumEveryHours > 0 && Date.now() - vacuumedAt >= vacuumEveryHours * HOUR_MS;
      if (!compact && !vacuum) continue;
      const { clusteredBy: sortBy } = table.schema;
      this.#start(table, { location: table.location, compact, vacuum, targetBytes, mostRows, sortBy });
      return;
    }
  }

  #start(table: Kept, job: MaintenanceJob): void {
    const child = fork(fileURLToPath(script), {
      execArgv: [`--max-old-space-size=${MOST_MB}`, `--max-semi-space-size=${YOUNG_MB}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.unref();
    child.channel?.unref();
    child.send(job);
    let outcome: MaintenanceDone | undefined;
    child.on('message', (message) => {
      outcome = message as MaintenanceDone;
    });
    child.on('error', (error) => {
      outcome = { trouble: error.message };
    });
    const ended = new Promise<void>((resolve) => {
      child.once('close', (code, signal) => {
        if (!this.#isImpatient) outcome ??= { trouble: `it was ended (${signal ?? code})` };
        resolve();
      });
      child.once('error', () => resolve());
    }).then(async () => {
      this.#running = undefined;
      if (!outcome) return;
      const { version, trouble, filesRemoved = 0, filesAdded = 0, filesDeleted = 0 } = outcome;
      if (job.compact) table.compactedAt = version ?? table.delta.version;
      this.#trouble = trouble;
      if (job.vacuum) this.#vacuumed[table.schema.path] = Date.now();
      if (job.vacuum && trouble === undefined) await this.#write();
      if (job.compact && trouble === undefined) this.#done.compactions++;
      this.#done.filesRemoved += filesRemoved;
      this.#done.filesAdded += filesAdded;
      this.#done.filesDeleted += filesDeleted;
    });
    this.#running = { child, ended };
  }

  /** @returns when it was, or could not be: then the next run vacuums sooner than it has to */
  async #write(): Promise<void> {
    this.#isWritten = true;
    try {
      await this.#state.write(`${JSON.stringify({ vacuumed: this.#vacuumed })}\n`);
    } catch (error) {
      this.#trouble = (error as Error).message;
    }
  }
}

function hasGrown({ delta, openedAt }: Kept): boolean {
  return delta.version > openedAt;
}

/** A state that can not be understood counts for none. */
function vacuumedIn(text: string | undefined): Vacuumed {
  try {
    const { vacuumed } = JSON.parse(text ?? '{}') as { vacuumed?: Vacuumed };
    const known = Object.entries(vacuumed ?? {}).filter(([, at]) => at <= Date.now());
    return Object.fromEntries(known);
  } catch {
    return {};
  }
}

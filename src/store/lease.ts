import { randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { CandlebookError, type DataSource } from '../market/index.ts';
import { below, type Files, openFiles } from './files/index.ts';

export interface LeaseOptions {
  /** How often its holder says that it is there, ms. Default 20,000. */
  readonly renewMs?: number;
  /** After how long a silence of its holder another may take it, ms. Default 60,000. */
  readonly expireMs?: number;
  /** How often others look whether it is free, ms. Default 5,000. */
  readonly lookMs?: number;
  /** Told when it was taken here, or is another's. */
  readonly onChange?: (isHeld: boolean) => void;
  /** Told when the storage refuses: who holds the lease goes on holding it. */
  readonly onTrouble?: (error: CandlebookError) => void;
  /** Told when it takes requests again. */
  readonly onRecovery?: () => void;
}

/** What a generation of a lease says. */
interface Claim {
  readonly owner: string;
  readonly machine: string;
  readonly pid: number;
  readonly since: string;
  readonly released: boolean;
}

interface Seen {
  readonly generation: number;
  readonly claim: Claim;
  /** When it was first seen here, by this process's own clock. */
  readonly at: number;
}

const DEFAULTS = { renewMs: 20_000, expireMs: 60_000, lookMs: 5_000 };
/** Leases of this process that are open, by their owner. */
const open = new Set<string>();

/**
 * Lets one of the processes that share a table location do what must not be done twice. A lease is a row of numbered
 * files, each put if absent: the highest is in force, and its holder puts the next one at intervals. Another process
 * takes it by putting the next itself: at once where the holder has let go of it or has died on this machine, else
 * after it has seen no new one for `expireMs`, so that no two machines' clocks are ever compared.
 */
export class Lease {
  readonly #files: Files;
  readonly #options: LeaseOptions & typeof DEFAULTS;
  readonly #owner = randomUUID();
  readonly #since = new Date().toISOString();
  /** In force, as far as is known here. */
  #seen: Seen | undefined;
  #isOwner = false;
  #renewed = { wall: 0, steady: 0 };
  #told: boolean | undefined;
  #isTroubled = false;
  #timer: NodeJS.Timeout | undefined;
  #step: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(files: Files, options: LeaseOptions) {
    this.#files = files;
    this.#options = { ...DEFAULTS, ...options };
    open.add(this.#owner);
  }

  /**
   * `late`: this process stood still, and another may have taken over until it has renewed. `unknown`: the storage has not
   * answered yet.
   */
  get state(): 'held' | 'late' | 'other' | 'unknown' {
    if (!this.#isOwner) return this.#seen ? 'other' : 'unknown';
    const { wall, steady } = this.#renewed;
    // The wall clock goes on while a machine sleeps, the other one is never set.
    const silence = Math.max(Date.now() - wall, performance.now() - steady);
    return silence < (this.#options.renewMs + this.#options.expireMs) / 2 ? 'held' : 'late';
  }

  /** Who else holds it, in words. */
  get holder(): string | undefined {
    if (this.#isOwner || !this.#seen) return undefined;
    const { machine, pid, since } = this.#seen.claim;
    return `process ${pid} on ${machine.split(' ')[0]}, since ${since}`;
  }

  /** Looks and takes it where it is free; from then on by itself, until `close`. */
  async start(): Promise<void> {
    await this.#next();
  }

  /** Lets go of it, so that another can take it at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#step;
    open.delete(this.#owner);
    if (!this.#isOwner) return;
    this.#isOwner = false;
    await this.#put(this.#seen!.generation + 1, true).catch(() => false);
  }

  #next(): Promise<void> {
    const { renewMs, lookMs, onTrouble, onRecovery } = this.#options;
    this.#step = (this.#isOwner ? this.#renew() : this.#look())
      .then(
        () => {
          if (this.#isTroubled) onRecovery?.();
          this.#isTroubled = false;
        },
        (error) => {
          if (!(error instanceof CandlebookError)) throw error;
          if (this.#isOwner) this.#hold();
          this.#isTroubled = true;
          onTrouble?.(error);
        },
      )
      .then(() => {
        if (this.#isClosed) return;
        this.#timer = setTimeout(() => void this.#next(), this.#isOwner ? renewMs : lookMs).unref();
      });
    return this.#step;
  }

  async #renew(): Promise<void> {
    if (await this.#put(this.#seen!.generation + 1)) return;
    this.#isOwner = false;
    await this.#look();
  }

  async #look(): Promise<void> {
    const newest = (await this.#generations()).at(-1);
    if (newest === undefined) {
      await this.#put(1);
      return;
    }
    if (newest !== this.#seen?.generation) {
      const claim = await this.#claimOf(newest);
      // Deleted meanwhile: a newer one is there.
      if (!claim) return this.#look();
      this.#seen = { generation: newest, claim, at: performance.now() };
    }
    const { claim, at } = this.#seen!;
    // Our own: its last step failed after it was put.
    const isOurs = claim.owner === this.#owner;
    const isFree =
      isOurs || claim.released || isDead(claim) || performance.now() - at >= this.#options.expireMs;
    if (!isFree || !(await this.#put(newest + 1))) this.#tell(false);
  }

  /** @returns whether that generation is ours and in force */
  async #put(generation: number, released = false): Promise<boolean> {
    const claim: Claim = {
      owner: this.#owner,
      machine: machine(),
      pid: process.pid,
      since: this.#since,
      released,
    };
    const bytes = new TextEncoder().encode(`${JSON.stringify(claim)}\n`);
    if (!(await this.#files.putIfAbsent(nameOf(generation), bytes))) return false;
    // Old ones are deleted: whoever slept may have put a number that was in use long ago.
    const all = await this.#generations();
    if (all.at(-1) !== generation) {
      await this.#files.delete(nameOf(generation));
      return false;
    }
    this.#seen = { generation, claim, at: performance.now() };
    this.#isOwner = !released;
    this.#hold();
    this.#tell(!released);
    for (const old of all.slice(0, -1)) await this.#files.delete(nameOf(old));
    return true;
  }

  #tell(isHeld: boolean): void {
    if (this.#told === isHeld) return;
    this.#told = isHeld;
    this.#options.onChange?.(isHeld);
  }

  #hold(): void {
    this.#renewed = { wall: Date.now(), steady: performance.now() };
  }

  /** In order. */
  async #generations(): Promise<number[]> {
    const all: number[] = [];
    for await (const { path } of this.#files.list('')) all.push(Number.parseInt(path, 10));
    return all;
  }

  async #claimOf(generation: number): Promise<Claim | undefined> {
    const bytes = await this.#files.read(nameOf(generation));
    if (!bytes) return undefined;
    try {
      return JSON.parse(new TextDecoder().decode(bytes)) as Claim;
    } catch {
      throw new CandlebookError(
        'TABLE_INVALID',
        `The claim ${generation} in ${this.#files.location} is damaged.`,
        {
          value: this.#files.location,
          hint: 'Delete that folder; it only says which process is at work.',
        },
      );
    }
  }
}

export async function openLease(
  location: string,
  source: DataSource,
  name: string,
  options: LeaseOptions = {},
): Promise<Lease> {
  const files = await openFiles(below(location, source, `state/${name}.lease`));
  const lease = new Lease(files, options);
  await lease.start();
  return lease;
}

function nameOf(generation: number): string {
  return `${String(generation).padStart(20, '0')}.json`;
}

/** Processes are told apart by their numbers within one of these: a host, and in it a container. */
function machine(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

function isDead(claim: Claim): boolean {
  if (claim.machine !== machine()) return false;
  if (claim.pid === process.pid) return !open.has(claim.owner);
  try {
    process.kill(claim.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

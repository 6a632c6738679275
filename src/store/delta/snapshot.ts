import { CandlebookError } from '../../market/index.ts';
import type { Action, Add, CommitInfo, DomainMetadata, Metadata, Protocol, Remove, Txn } from './actions.ts';
import { dataPath } from './partition.ts';
import { isMapped, readSchema } from './schema.ts';
import type { Field } from './types.ts';

/** A version of the log and what it changed. */
export interface Commit {
  readonly version: number;
  readonly actions: readonly Action[];
}

interface FileState {
  readonly live: Map<string, Add>;
  readonly tombstones: Map<string, Remove>;
}

/** After so many commits the file list is worked out even though nobody asked: bounds what a snapshot holds on to. */
const LONGEST_CHAIN = 64;

/**
 * The state of a table at one version. Immutable: a later version is another snapshot. The file list is worked
 * out when it is first asked for, so that a writer that only appends never pays for it.
 */
export class Snapshot {
  readonly version: number;
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  /** Latest transaction of each application. */
  readonly txns: ReadonlyMap<string, Txn>;
  readonly domains: ReadonlyMap<string, DomainMetadata>;
  /** What the writer of this version said of it; `undefined` where the version came from a checkpoint. */
  readonly commitInfo: CommitInfo | undefined;
  #fields: readonly Field[] | undefined;
  #files: FileState | undefined;
  #before: Snapshot | undefined;
  #actions: readonly Action[];
  /** How many commits of this one's past are still to be worked out. */
  #chain: number;

  private constructor(
    version: number,
    actions: readonly Action[],
    before: Snapshot | undefined,
    location: string,
  ) {
    const last = { protocol: before?.protocol, metadata: before?.metadata };
    let txns = before?.txns ?? new Map<string, Txn>();
    let domains = before?.domains ?? new Map<string, DomainMetadata>();
    let commitInfo: CommitInfo | undefined;
    for (const action of actions) {
      if (action.protocol) last.protocol = action.protocol;
      if (action.metaData) last.metadata = action.metaData;
      if (action.commitInfo) commitInfo = action.commitInfo;
      if (action.txn) {
        if (txns === before?.txns) txns = new Map(txns);
        (txns as Map<string, Txn>).set(action.txn.appId, action.txn);
      }
      if (action.domainMetadata) {
        if (domains === before?.domains) domains = new Map(domains);
        (domains as Map<string, DomainMetadata>).set(action.domainMetadata.domain, action.domainMetadata);
      }
    }
    if (!last.protocol || !last.metadata) {
      const missing = last.metadata ? 'protocol' : 'metaData';
      throw new CandlebookError(
        'TABLE_INVALID',
        `The log of the table at ${location} has no ${missing} up to version ${version}.`,
        {
          value: location,
          hint: 'Its first commit is missing or damaged: restore _delta_log from a backup.',
        },
      );
    }
    this.version = version;
    this.protocol = last.protocol;
    this.metadata = last.metadata;
    this.txns = txns;
    this.domains = domains;
    this.commitInfo = commitInfo;
    this.#actions = actions;
    this.#before = before;
    this.#chain = before ? before.#chain + 1 : 0;
  }

  /** The state that the actions alone make: the first commit, or a checkpoint. */
  static first(version: number, actions: readonly Action[], location: string): Snapshot {
    return new Snapshot(version, actions, undefined, location);
  }

  /** The state after one more commit. */
  after({ version, actions }: Commit, location: string): Snapshot {
    if (this.#chain >= LONGEST_CHAIN) this.#resolve();
    return new Snapshot(version, actions, this, location);
  }

  get fields(): readonly Field[] {
    this.#fields ??= readSchema(this.metadata.schemaString, isMapped(this.metadata));
    return this.#fields;
  }

  /** Files that make up the table, by path in the storage. */
  get files(): ReadonlyMap<string, Add> {
    return this.#resolve().live;
  }

  /** Files that were removed and may still lie in the storage. */
  get tombstones(): ReadonlyMap<string, Remove> {
    return this.#resolve().tombstones;
  }

  #resolve(): FileState {
    if (this.#files) return this.#files;
    const chain: Snapshot[] = [];
    let state: FileState | undefined;
    for (let at: Snapshot | undefined = this; at && !state; at = at.#before) {
      state = at.#files;
      if (!state) chain.push(at);
    }
    const live = new Map(state?.live);
    const tombstones = new Map(state?.tombstones);
    for (const snapshot of chain.reverse()) reconcile(snapshot.#actions, live, tombstones);
    this.#files = { live, tombstones };
    this.#before = undefined;
    this.#actions = [];
    this.#chain = 0;
    return this.#files;
  }
}

/** Within one commit the removes come first: it may remove and add the same path, whatever the order of its lines. */
function reconcile(
  actions: readonly Action[],
  live: Map<string, Add>,
  tombstones: Map<string, Remove>,
): void {
  for (const { remove } of actions) {
    if (!remove) continue;
    const key = dataPath(remove.path);
    live.delete(key);
    tombstones.set(key, remove);
  }
  for (const { add } of actions) {
    if (!add) continue;
    const key = dataPath(add.path);
    live.set(key, add);
    tombstones.delete(key);
  }
}

import type { Field } from '../../src/store/delta/index.ts';

/** Somebody else's software that reads Delta tables. */
export interface Reader {
  readonly name: string;
  /** Does it read tables in ADLS? */
  readonly adls: boolean;
  /** Our tables that it can not read for a fault of its own, and the fault. */
  readonly faults: Readonly<Record<string, string>>;
  /** Columns that it can hold at all. */
  reads(field: Field): boolean;
  /** Rows in the form of `canonicalRows`, of those columns in this order. */
  rows(location: string, version: number, fields: readonly Field[]): Promise<string[]>;
  close(): Promise<void>;
}

/** One that writes, too. */
export interface Writer extends Reader {
  /** Appends rows of the columns `n` (long) and `part` (string). */
  append(location: string, rows: readonly { n: number; part: string }[]): Promise<void>;
  /** Puts small files together. */
  optimize(location: string): Promise<void>;
  /** Makes its tables below a folder. */
  make(folder: string): Promise<Made[]>;
}

/** A table that somebody else made, and what is in it by its maker's own account. */
export interface Made {
  readonly name: string;
  readonly location: string;
  /** At its newest version, in the form of `canonicalRows`. */
  readonly rows: readonly string[];
  /** The feature for which we have to refuse to read it, or to write it. */
  readonly refused?: { readonly read?: string; readonly write?: string };
}

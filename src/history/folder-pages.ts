import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Candle, CandlebookError, type DataSource, type Interval } from '../market/index.ts';
import { fromLine, toLine } from './candle-text.ts';
import type { PageStore } from './page-store.ts';
import type { Span } from './span.ts';

/** What the pages of a folder are of. */
export interface Plan extends Span {
  readonly symbol: string;
  readonly interval: Interval;
  readonly source: DataSource;
  /** Address of the exchange. */
  readonly host: string;
  /** The end that was asked for; `undefined`: now, when it began. */
  readonly asked: { readonly from: number; readonly to: number | undefined };
}

const PLAN = 'plan.json';

/**
 * Pages in a folder, so that a download that was killed goes on where it was: each page is a file, which is there
 * whole or not at all.
 */
export class FolderPages implements PageStore {
  readonly folder: string;
  readonly #there: Set<string>;

  private constructor(folder: string, there: Iterable<string>) {
    this.folder = folder;
    this.#there = new Set(there);
  }

  /** The plan of a download that was begun in this folder. */
  static async planOf(folder: string): Promise<Plan | undefined> {
    const text = await readFile(join(folder, PLAN), 'utf8').catch(() => undefined);
    try {
      return text === undefined ? undefined : (JSON.parse(text) as Plan);
    } catch {
      return undefined;
    }
  }

  /** @throws CandlebookError INPUT_INVALID where the folder can not be written */
  static async open(folder: string, plan: Plan): Promise<FolderPages> {
    try {
      await mkdir(folder, { recursive: true });
      await replace(join(folder, PLAN), JSON.stringify(plan));
      return new FolderPages(folder, await readdir(folder));
    } catch (cause) {
      throw unwritable(folder, cause);
    }
  }

  has(page: Span): boolean {
    return this.#there.has(nameOf(page));
  }

  async put(page: Span, candles: readonly Candle[]): Promise<void> {
    const name = nameOf(page);
    try {
      await replace(join(this.folder, name), candles.map(toLine).join(''));
    } catch (cause) {
      throw unwritable(this.folder, cause);
    }
    this.#there.add(name);
  }

  async get(page: Span): Promise<readonly Candle[]> {
    const text = await readFile(join(this.folder, nameOf(page)), 'utf8');
    return text.split('\n').filter(Boolean).map(fromLine);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

const nameOf = ({ from, to }: Span) => `${from}-${to}.csv`;

/** A reader finds the old file or the new one, never a part. */
async function replace(path: string, text: string): Promise<void> {
  const part = `${path}.${process.pid}.tmp`;
  await writeFile(part, text);
  await rename(part, path);
}

function unwritable(folder: string, cause: unknown): CandlebookError {
  return new CandlebookError('INPUT_INVALID', `${folder} can not be written: ${(cause as Error).message}.`, {
    value: folder,
    hint: 'Choose a file in a folder that exists, can be written and has room.',
    cause,
  });
}

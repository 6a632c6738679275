import { CandlebookError } from '../market/index.ts';

/**
 * What of Danfo's DataFrame is declared here, so that the package's declarations need no Danfo. The object is
 * Danfo's own: whatever its documentation names can be called.
 */
export interface DataFrame {
  readonly shape: [rows: number, columns: number];
  readonly columns: string[];
  readonly index: (string | number)[];
  readonly dtypes: string[];
  /** Rows of cells. */
  readonly values: unknown[][];
  /** Columns of cells. */
  readonly getColumnData: unknown[][];
  column(name: string): Series;
  head(rows?: number): DataFrame;
  tail(rows?: number): DataFrame;
  iloc(range: { rows?: unknown[]; columns?: unknown[] }): DataFrame;
  loc(range: { rows?: unknown[]; columns?: string[] }): DataFrame;
  query(condition: unknown, options?: { inplace?: boolean }): DataFrame;
  describe(): DataFrame;
  drop(options: { columns?: string[] | string; index?: (string | number)[] }): DataFrame;
  rename(mapper: Record<string, string>, options?: { axis?: 0 | 1 }): DataFrame;
  groupby(columns: string[]): unknown;
  copy(): DataFrame;
  print(): void;
  toString(): string;
}

/** What of Danfo's Series is declared here. */
export interface Series {
  readonly values: unknown[];
  readonly dtypes: string[];
  readonly shape: [rows: number, columns: number];
  print(): void;
}

/** The parts of Danfo that this folder uses. */
export interface Danfo {
  DataFrame: new (
    data: unknown,
    options?: { columns?: string[]; dtypes?: string[]; index?: (string | number)[] },
  ) => DataFrame;
  tensorflow: { enableProdMode(): void };
}

let loaded: Promise<Danfo> | undefined;

/** Danfo, loaded at the first call (half a second). @throws CandlebookError PACKAGE_MISSING */
export function danfo(): Promise<Danfo> {
  loaded ??= loadDanfo(() => import('danfojs-node')).catch((error) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

/** @throws CandlebookError PACKAGE_MISSING */
export async function loadDanfo(load: () => Promise<unknown>): Promise<Danfo> {
  let found: Danfo;
  try {
    found = (await load()) as Danfo;
  } catch (cause) {
    const { code, message } = cause as { code?: string; message?: string };
    // Any other failure is Danfo's own, such as one of its dependencies that is absent.
    const absent = /MODULE_NOT_FOUND$/.test(code ?? '') && /['"/\\]danfojs-node['"]/.test(message ?? '');
    throw new CandlebookError(
      'PACKAGE_MISSING',
      absent ? 'danfojs-node is not installed.' : `danfojs-node could not be loaded: ${message}`,
      {
        value: 'danfojs-node',
        hint:
          'Data frames need it: npm install danfojs-node@1.2.0, with these overrides in package.json, without which ' +
          'it asks for a native TensorFlow: "overrides": {"@tensorflow/tfjs-node": "npm:@tensorflow/tfjs@^3.21.0", ' +
          '"xlsx": "npm:xlsx@0.18.5"}. Columns and indicators work without it.',
        cause,
      },
    );
  }
  // Without this TensorFlow greets on stderr at its first use, and a notebook's cell counts as failed.
  found.tensorflow.enableProdMode();
  return found;
}

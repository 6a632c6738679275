import { persist, type RestClient } from '../fetcher/index.ts';
import {
  type Candle,
  CandlebookError,
  type DataSource,
  type Interval,
  openTimeOf,
  parseInterval,
} from '../market/index.ts';
import { fetchPage } from './page.ts';
import { MemoryPages, type PageStore } from './page-store.ts';
import { Progress, type ProgressListener } from './progress.ts';
import { barsIn, checkSpan, firstOpenTime, missingIn, pagesOf, type Span } from './span.ts';

/** What a download asks: a `RestClient`. */
export type HistorySource = Pick<
  RestClient,
  'klines' | 'exchangeInfo' | 'serverTime' | 'source' | 'url' | 'usedWeight' | 'weightLimit'
>;

export interface DownloadOptions {
  readonly rest: HistorySource;
  readonly symbol: string;
  readonly interval: Interval;
  /** Candles that open from here on (epoch ms), or from the pair's listing, whichever is later. */
  readonly from: number;
  /** Candles that open before this (epoch ms). Default: now. The forming candle is left out. */
  readonly to?: number;
  /** Requests at the same time, within the client's weight budget. Default 6. */
  readonly parallel?: number;
  /** Called after each page. */
  readonly onProgress?: ProgressListener;
  /** How long a page may fail before the download does, ms. Default 300,000. */
  readonly patienceMs?: number;
  /** What keeps the download waiting, each time that it is tried again. */
  readonly onTrouble?: (error: CandlebookError) => void;
  readonly signal?: AbortSignal;
}

/** Bars that the exchange does not have, however often it is asked: it stood still. Nothing is put in their place. */
export interface Outage {
  /** Open time of the first absent bar, epoch ms, and of the next one that is there. */
  readonly from: number;
  readonly to: number;
  readonly bars: number;
}

/** What a download found. */
export interface DownloadReport {
  readonly symbol: string;
  readonly interval: Interval;
  readonly source: DataSource;
  /** Open time of the first candle; `from` of the options where the pair was listed before. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly outages: readonly Outage[];
}

/** A download that has been planned: its pages, and the store that they go to. */
export interface Downloaded extends DownloadReport {
  /** Pages of candles, in order. */
  pages(): AsyncGenerator<readonly Candle[], void, undefined>;
}

const MOST_IN_MEMORY = 5_000_000;

/**
 * All candles of a span, verified: in order, each once, and every bar that is absent named in `outages`.
 *
 * ```ts
 * const { candles, outages } = await downloadCandles({ rest, symbol: 'BTCUSDT', interval: '1h', from: Date.UTC(2024, 0) });
 * ```
 *
 * @throws CandlebookError INPUT_INVALID for a span that can not be, or of more than 5 million bars;
 *   SYMBOL_UNKNOWN; STOPPED; what a page failed of for longer than `patienceMs`
 */
export async function downloadCandles(
  options: DownloadOptions,
): Promise<DownloadReport & { readonly candles: Candle[] }> {
  const plan = await planDownload(options);
  const bars = barsIn(plan, options.interval);
  if (bars > MOST_IN_MEMORY)
    throw new CandlebookError('INPUT_INVALID', `${bars} candles are too many for memory.`, {
      value: bars,
      hint: 'Download them to a file or a table: downloadToFile, or `candlebook download`.',
    });
  const { pages, ...report } = await runDownload(options, plan, new MemoryPages());
  const candles: Candle[] = [];
  for await (const page of pages()) for (const candle of page) candles.push(candle);
  return { ...report, candles };
}

/**
 * Finds what there is to download: from the first candle that the exchange has to the last closed one.
 * @throws CandlebookError as `downloadCandles`
 */
export async function planDownload(options: DownloadOptions): Promise<Span> {
  const { rest, symbol, patienceMs = 300_000, signal, onTrouble } = options;
  const interval = parseInterval(options.interval);
  checkSpan(options.from, options.to);
  const persistence = { deadline: performance.now() + patienceMs, signal, onTrouble };
  // Tells the weight limit too, and whether there is such a pair.
  await persist(() => rest.exchangeInfo([symbol]), persistence);
  const now = await persist(() => rest.serverTime(), persistence);
  const to = Math.min(firstOpenTime(options.to ?? now, interval), openTimeOf(now, interval));
  const from = firstOpenTime(options.from, interval);
  const [first] = await persist(
    () => rest.klines(symbol, interval, { startTime: from, limit: 1 }),
    persistence,
  );
  const begin = Math.max(from, first?.openTime ?? to);
  return { from: Math.min(begin, Math.max(to, from)), to: Math.max(to, from) };
}

/** Fetches the pages that the store lacks, then goes through all of them. */
export async function runDownload(
  options: DownloadOptions,
  span: Span,
  store: PageStore,
): Promise<Downloaded> {
  const {
    rest,
    symbol,
    interval,
    parallel = 6,
    patienceMs = 300_000,
    signal,
    onProgress,
    onTrouble,
  } = options;
  const pages = pagesOf(span, interval);
  const lacking = pages.filter((page) => !store.has(page));
  const progress = new Progress(rest, pages.length, lacking.length, onProgress);
  const failed = new AbortController();
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  let next = 0;
  const work = async () => {
    for (let page = lacking[next++]; page; page = lacking[next++]) {
      const asked = page;
      const deadline = performance.now() + patienceMs;
      const candles = await persist(() => fetchPage(rest, symbol, interval, asked), {
        deadline,
        signal: stop,
        onTrouble,
      });
      await store.put(asked, candles);
      progress.page(candles.length);
    }
  };
  const workers = Array.from({ length: Math.max(1, parallel) }, work);
  try {
    await Promise.all(workers);
  } catch (error) {
    failed.abort();
    await Promise.allSettled(workers);
    throw error;
  }
  return verify(options, span, pages, store);
}

/** Every bar of the span is there or named as absent. */
async function verify(
  { rest, symbol, interval }: DownloadOptions,
  span: Span,
  pages: readonly Span[],
  store: PageStore,
): Promise<Downloaded> {
  const missing: Span[] = [];
  let rows = 0;
  for (const page of pages) {
    const candles = await store.get(page);
    rows += candles.length;
    for (const hole of missingIn(
      page,
      interval,
      candles.map(({ openTime }) => openTime),
    )) {
      const last = missing.at(-1);
      // An outage may go on over the end of a page.
      if (last?.to === hole.from) missing[missing.length - 1] = { from: last.from, to: hole.to };
      else missing.push(hole);
    }
  }
  return {
    symbol,
    interval,
    source: rest.source,
    ...span,
    rows,
    outages: missing.map((hole) => ({ ...hole, bars: barsIn(hole, interval) })),
    async *pages() {
      for (const page of pages) yield await store.get(page);
    },
  };
}

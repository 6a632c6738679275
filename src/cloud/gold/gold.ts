import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Candle,
  CandlebookError,
  type DataSource,
  isDataSource,
  type Ticker,
  type Trade,
} from '../../market/index.ts';
import type { Databricks } from '../databricks/index.ts';
import { databricksTables, deltaTables, type GoldRow, type GoldTables, SAVED_RUN } from './tables.ts';

export interface GoldOptions {
  /** Folder or `abfss://` address of Spark's tables, each in a folder of its name. Default: `CANDLEBOOK_GOLD`. */
  readonly location?: string | undefined;
  /** A workspace whose tables are meant instead. */
  readonly databricks?: Pick<Databricks, 'sql'>;
  /** Of that workspace. Default `candlebook` and `market`; the bundle's `dev` puts your name before the schema's. */
  readonly catalog?: string;
  readonly schema?: string;
  /** Rows of the UTC days before this time are not read, epoch ms. Default: all are, and kept in memory. */
  readonly since?: number;
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const DAY_MS = 86_400_000;

/**
 * What the Spark pipeline has made of the topic. Where neither a location nor a workspace is named, it is the run that
 * the package carries: a simulated market of a day that is past, for who has no Spark at hand.
 *
 * @throws CandlebookError TABLE_INVALID where no such table lies there, SOURCE_MIXED where the tables do not say whose
 *   data they hold; ACCESS_DENIED, HOST_UNREACHABLE and what else a table can meet
 */
export async function openGold(options: GoldOptions = {}): Promise<Gold> {
  const { databricks, catalog, schema, since, env = process.env } = options;
  const location = options.location ?? (env.CANDLEBOOK_GOLD || undefined);
  const isSaved = databricks === undefined && location === undefined;
  const tables = databricks
    ? databricksTables(databricks, catalog, schema)
    : deltaTables(location ?? SAVED_RUN);
  const source = await tables.sourceOf('gold_candles_1m');
  if (!isDataSource(source))
    throw new CandlebookError(
      'SOURCE_MIXED',
      `The tables at ${tables.location} do not say whether they hold live, simulated or recorded data.`,
      { value: source, hint: 'The pipeline states it as the table property candlebook.source.' },
    );
  const from = since === undefined ? undefined : new Date(since).toISOString().slice(0, 10);
  return new Gold(tables, source, isSaved ? savedAt() : undefined, from);
}

function savedAt(): string {
  const { date } = JSON.parse(readFileSync(join(SAVED_RUN, 'saved-run.json'), 'utf8')) as { date: string };
  return date;
}

/** The tables of the pipeline, in the shapes that figures, candles and insights take. */
export class Gold {
  readonly source: DataSource;
  /** Day of the run that the package carries, where these tables are that; else `undefined`. */
  readonly savedOn: string | undefined;
  readonly #tables: GoldTables;
  readonly #from: string | undefined;

  constructor(tables: GoldTables, source: DataSource, savedOn: string | undefined, from?: string) {
    this.#tables = tables;
    this.#from = from;
    this.source = source;
    this.savedOn = savedOn;
  }

  get location(): string {
    return this.#tables.location;
  }

  /** What these tables are, in words. */
  get about(): string {
    const data = this.source === 'live' ? 'live data' : `${this.source.toUpperCase()} data`;
    return this.savedOn === undefined
      ? `${data}, from ${this.location}`
      : `${data}: a saved run of ${this.savedOn}, which the package carries`;
  }

  /** The rows of one of the pipeline's tables, such as `gold_volume_spikes`. @throws CandlebookError INPUT_INVALID */
  rows(table: string): Promise<GoldRow[]> {
    return this.#tables.read(table, this.#from);
  }

  /** Trades of silver, each once, those of a symbol in order of id. */
  async trades(): Promise<Trade[]> {
    const rows = await this.rows('silver_trades');
    return rows
      .map(asTrade)
      .sort((a, b) => (a.symbol === b.symbol ? a.id - b.id : a.symbol < b.symbol ? -1 : 1));
  }

  /** Closed 1-minute candles by symbol, oldest first. */
  async candles(): Promise<Map<string, Candle[]>> {
    const rows = await this.rows('gold_candles_1m');
    rows.sort((a, b) => Number(a.open_time) - Number(b.open_time));
    const bySymbol = Map.groupBy(rows, ({ symbol }) => String(symbol));
    return new Map([...bySymbol].map(([symbol, bars]) => [symbol, bars.map(asCandle)]));
  }

  /** The newest statistics of 24 hours of each symbol, as tickers, the largest turnover first; what gold does not hold is 0. */
  async tickers(): Promise<Ticker[]> {
    const newest = new Map<string, GoldRow>();
    for (const row of await this.rows('gold_statistics_24h')) {
      const symbol = String(row.symbol);
      if (Number(row.event_time) > Number(newest.get(symbol)?.event_time ?? Number.NEGATIVE_INFINITY))
        newest.set(symbol, row);
    }
    return [...newest.values()].map(asTicker).sort((a, b) => b.quoteVolume - a.quoteVolume);
  }
}

function asTrade(row: GoldRow): Trade {
  return {
    type: 'trade',
    symbol: String(row.symbol),
    id: Number(row.tradeId),
    price: Number(row.price),
    quantity: Number(row.quantity),
    buyerIsMaker: row.buyerIsMaker === true,
    time: Number(row.trade_time),
    eventTime: Number(row.event_time),
  };
}

function asCandle(row: GoldRow): Candle {
  return {
    openTime: Number(row.open_time),
    open: Number(row.open),
    high: Number(row.high),
    low: Number(row.low),
    close: Number(row.close),
    volume: Number(row.volume),
    closeTime: Number(row.close_time),
    quoteVolume: Number(row.quoteVolume),
    tradeCount: Number(row.tradeCount),
    takerBuyVolume: Number(row.takerBuyVolume),
    takerBuyQuoteVolume: Number(row.takerBuyQuoteVolume),
  };
}

function asTicker(row: GoldRow): Ticker {
  const number = (name: string) => Number(row[name]);
  const eventTime = number('event_time');
  const lastPrice = number('price');
  const [volume, quoteVolume] = [number('volume'), number('quoteVolume')];
  return {
    type: 'ticker',
    symbol: String(row.symbol),
    lastPrice,
    priceChange: number('priceChange'),
    priceChangePercent: number('priceChangePercent'),
    weightedAvgPrice: volume > 0 ? quoteVolume / volume : 0,
    openPrice: lastPrice - number('priceChange'),
    highPrice: number('highPrice'),
    lowPrice: number('lowPrice'),
    volume,
    quoteVolume,
    ...{ bidPrice: 0, bidQuantity: 0, askPrice: 0, askQuantity: 0 },
    openTime: eventTime - DAY_MS,
    closeTime: eventTime,
    ...{ firstTradeId: -1, lastTradeId: -1, tradeCount: 0 },
    eventTime,
  };
}

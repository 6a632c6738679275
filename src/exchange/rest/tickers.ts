import { formatUnits } from '../decimal.ts';
import { DAY_MS, spanStatistics, type WindowStatistics, windowStatistics } from '../tape/statistics.ts';
import { statisticsText } from '../tape/statistics-text.ts';
import type { Endpoint, RestRequest } from './endpoint.ts';
import { badCombination, invalidData, mandatoryParameter } from './errors.ts';

/** One object for `symbol`, an array for `symbols` or for all. Gives way to other work between symbols. */
async function each(
  { market }: RestRequest,
  asked: { readonly symbols: readonly string[]; readonly single: boolean } | undefined,
  row: (symbol: string) => unknown,
): Promise<unknown> {
  if (asked?.single) return row(asked.symbols[0]!);
  const rows: unknown[] = [];
  let sliceEnd = performance.now() + 8;
  for (const symbol of asked?.symbols ?? market.instruments.keys()) {
    rows.push(row(symbol));
    if (performance.now() > sliceEnd) {
      await new Promise((resolve) => setImmediate(resolve));
      sliceEnd = performance.now() + 8;
    }
  }
  return rows;
}

export const ticker24h: Endpoint = (request) => {
  const { parameters, market } = request;
  const asked = parameters.symbolsOfStatus();
  const type = parameters.oneOf('type', ['FULL', 'MINI'], 'FULL');
  parameters.end();
  const count = asked?.symbols.length ?? Number.POSITIVE_INFINITY;
  return {
    weight: count <= 20 ? 2 : count <= 100 ? 40 : 80,
    answer: () =>
      each(request, asked, (symbol) => {
        const statistics = windowStatistics(market.tape(symbol), market.now);
        return type === 'MINI' ? miniRow(request, symbol, statistics) : fullRow(request, symbol, statistics);
      }),
  };
};

function fullRow(request: RestRequest, symbol: string, statistics: WindowStatistics) {
  const { market, unit } = request;
  const instrument = market.instruments.get(symbol)!;
  const text = statisticsText(instrument, statistics);
  const quote = market.book(symbol).best();
  return {
    symbol,
    priceChange: text.priceChange,
    priceChangePercent: text.priceChangePercent,
    weightedAvgPrice: text.weightedAvgPrice,
    prevClosePrice: text.previousClose,
    lastPrice: text.lastPrice,
    lastQty: text.lastQuantity,
    bidPrice: formatUnits(quote.bid, instrument.priceDecimals),
    bidQty: formatUnits(quote.bidQuantity, instrument.quantityDecimals),
    askPrice: formatUnits(quote.ask, instrument.priceDecimals),
    askQty: formatUnits(quote.askQuantity, instrument.quantityDecimals),
    openPrice: text.openPrice,
    highPrice: text.highPrice,
    lowPrice: text.lowPrice,
    volume: text.volume,
    quoteVolume: text.quoteVolume,
    openTime: statistics.openTime * unit,
    closeTime: statistics.closeTime * unit,
    firstId: statistics.bar.firstId,
    lastId: statistics.bar.lastId,
    count: statistics.bar.tradeCount,
  };
}

function miniRow({ market, unit }: RestRequest, symbol: string, statistics: WindowStatistics) {
  const text = statisticsText(market.instruments.get(symbol)!, statistics);
  return {
    symbol,
    openPrice: text.openPrice,
    highPrice: text.highPrice,
    lowPrice: text.lowPrice,
    lastPrice: text.lastPrice,
    volume: text.volume,
    quoteVolume: text.quoteVolume,
    openTime: statistics.openTime * unit,
    closeTime: statistics.closeTime * unit,
    firstId: statistics.bar.firstId,
    lastId: statistics.bar.lastId,
    count: statistics.bar.tradeCount,
  };
}

/** The rolling-window and trading-day tickers have fewer fields than the 24 h one. */
function windowRow(
  request: RestRequest,
  symbol: string,
  statistics: WindowStatistics,
  type: 'FULL' | 'MINI',
) {
  if (type === 'MINI') return miniRow(request, symbol, statistics);
  const { priceChange, priceChangePercent, weightedAvgPrice } = statisticsText(
    request.market.instruments.get(symbol)!,
    statistics,
  );
  const { symbol: name, ...rest } = miniRow(request, symbol, statistics);
  return { symbol: name, priceChange, priceChangePercent, weightedAvgPrice, ...rest };
}

const WINDOW_UNITS: Readonly<Record<string, readonly [ms: number, maximum: number]>> = {
  m: [60_000, 59],
  h: [3_600_000, 23],
  d: [86_400_000, 7],
};

export const tickerWindow: Endpoint = (request) => {
  const { parameters, market } = request;
  const asked = parameters.symbolsOfStatus();
  const type = parameters.oneOf('type', ['FULL', 'MINI'], 'FULL');
  const window = parameters.text('windowSize') ?? '1d';
  parameters.end();
  const parts = /^(\d{1,2})([mhd])$/.exec(window);
  const [ms, maximum] = WINDOW_UNITS[parts?.[2] ?? ''] ?? [0, 0];
  const size = Number(parts?.[1] ?? 0);
  if (size < 1 || size > maximum) throw invalidData('windowSize');
  return windowPrepared(request, asked, (symbol) => {
    // The window begins on a whole minute, so that it may be up to 59,999 ms longer than asked.
    const openTime = Math.floor((market.now - size * ms) / 60_000) * 60_000;
    return windowRow(request, symbol, spanStatistics(market.tape(symbol), openTime, market.now), type);
  });
};

export const tickerTradingDay: Endpoint = (request) => {
  const { parameters, market } = request;
  const asked = parameters.symbolsOfStatus();
  const type = parameters.oneOf('type', ['FULL', 'MINI'], 'FULL');
  const offset = parameters.timeZone();
  parameters.end();
  return windowPrepared(request, asked, (symbol) => {
    const openTime = Math.floor((market.now + offset) / DAY_MS) * DAY_MS - offset;
    const statistics = spanStatistics(market.tape(symbol), openTime, market.now);
    return windowRow(request, symbol, { ...statistics, closeTime: openTime + DAY_MS - 1 }, type);
  });
};

function windowPrepared(
  request: RestRequest,
  asked: { readonly symbols: readonly string[]; readonly single: boolean } | undefined,
  row: (symbol: string) => unknown,
) {
  if (!asked) throw mandatoryParameter('symbol');
  if (asked.symbols.length > 100) throw badCombination('at most 100 symbols');
  return { weight: Math.min(4 * asked.symbols.length, 200), answer: () => each(request, asked, row) };
}

export const tickerPrice: Endpoint = (request) => {
  const { parameters, market } = request;
  const asked = parameters.symbolsOfStatus();
  parameters.end();
  return {
    weight: asked?.single ? 2 : 4,
    answer: () =>
      each(request, asked, (symbol) => {
        const tape = market.tape(symbol);
        const { close } = tape.bar(market.now, market.now);
        return { symbol, price: formatUnits(close, tape.instrument.priceDecimals) };
      }),
  };
};

export const tickerBook: Endpoint = (request) => {
  const { parameters, market } = request;
  const asked = parameters.symbolsOfStatus();
  parameters.end();
  return {
    weight: asked?.single ? 2 : 4,
    answer: () =>
      each(request, asked, (symbol) => {
        const { priceDecimals, quantityDecimals } = market.instruments.get(symbol)!;
        const quote = market.book(symbol).best();
        return {
          symbol,
          bidPrice: formatUnits(quote.bid, priceDecimals),
          bidQty: formatUnits(quote.bidQuantity, quantityDecimals),
          askPrice: formatUnits(quote.ask, priceDecimals),
          askQty: formatUnits(quote.askQuantity, quantityDecimals),
        };
      }),
  };
};

export const avgPrice: Endpoint = ({ parameters, market, unit }) => {
  const tape = market.tape(parameters.symbol());
  parameters.end();
  return {
    weight: 2,
    answer: () => {
      const statistics = windowStatistics(tape, market.now, 300_000);
      const text = statisticsText(tape.instrument, statistics);
      const last = tape.trades(tape.nextId - 1, tape.nextId)[0];
      return {
        mins: 5,
        price: statistics.bar.volume > 0 ? text.weightedAvgPrice : text.lastPrice,
        closeTime: (last?.time ?? 0) * unit,
      };
    },
  };
};

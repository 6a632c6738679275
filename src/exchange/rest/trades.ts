import { formatUnits } from '../decimal.ts';
import type { TimeUnit } from '../tape/market.ts';
import type { Tape, TapeTrade } from '../tape/tape.ts';
import type { Endpoint } from './endpoint.ts';
import { badCombination } from './errors.ts';

export const trades: Endpoint = ({ parameters, market, unit }) => {
  const tape = market.tape(parameters.symbol());
  const limit = parameters.limit(500, 1000);
  parameters.end();
  return {
    weight: 25,
    answer: () => tape.trades(tape.nextId - limit, tape.nextId).map((trade) => tradeRow(tape, trade, unit)),
  };
};

export const historicalTrades: Endpoint = ({ parameters, market, unit }) => {
  const tape = market.tape(parameters.symbol());
  const limit = parameters.limit(500, 1000);
  const fromId = parameters.number('fromId');
  parameters.end();
  return {
    weight: 25,
    answer: () => {
      const first = Math.max(fromId ?? tape.nextId - limit, tape.firstId);
      return tape.trades(first, first + limit).map((trade) => tradeRow(tape, trade, unit));
    },
  };
};

function tradeRow({ instrument }: Tape, trade: TapeTrade, unit: TimeUnit) {
  const { priceDecimals, quantityDecimals } = instrument;
  return {
    id: trade.id,
    price: formatUnits(trade.price, priceDecimals),
    qty: formatUnits(trade.quantity, quantityDecimals),
    quoteQty: formatUnits(BigInt(trade.price) * BigInt(trade.quantity), priceDecimals + quantityDecimals),
    time: trade.time * unit,
    isBuyerMaker: trade.buyerIsMaker,
    isBestMatch: true,
  };
}

export const aggTrades: Endpoint = ({ parameters, market, unit }) => {
  const tape = market.tape(parameters.symbol());
  const fromId = parameters.number('fromId');
  const startTime = parameters.number('startTime');
  const endTime = parameters.number('endTime');
  const limit = parameters.limit(500, 1000);
  parameters.end();
  if (fromId !== undefined && (startTime !== undefined || endTime !== undefined))
    throw badCombination('fromId without startTime and endTime');
  return {
    weight: 4,
    answer: () => {
      const [from, to] = aggregateSpan(tape, limit, fromId, startTime, endTime);
      return tape.aggregates(from, to).map((row) => ({
        a: row.id,
        p: formatUnits(row.price, tape.instrument.priceDecimals),
        q: formatUnits(row.quantity, tape.instrument.quantityDecimals),
        f: row.firstId,
        l: row.lastId,
        T: row.time * unit,
        m: row.buyerIsMaker,
        M: true,
      }));
    },
  };
};

/** From an id or a start time on; without either, back from the end. */
function aggregateSpan(
  tape: Tape,
  limit: number,
  fromId: number | undefined,
  startTime: number | undefined,
  endTime: number | undefined,
): [from: number, to: number] {
  const end = endTime === undefined ? tape.nextAggregateId : tape.aggregateIdAt(endTime + 1);
  const start = fromId ?? (startTime === undefined ? undefined : tape.aggregateIdAt(startTime));
  if (start === undefined) return [end - limit, end];
  const from = Math.max(start, tape.firstAggregateId);
  return [from, Math.min(from + limit, end)];
}

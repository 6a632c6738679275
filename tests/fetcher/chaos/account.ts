import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** What was delivered, held against what was published. */
export interface Account {
  readonly published: number;
  readonly delivered: number;
  readonly missing: number;
  readonly doubled: number;
  readonly disordered: number;
  readonly gaps: number;
  /** Delivered with another price, quantity, time or side than published, or never published at all. */
  readonly wrong: number;
  /** Missing, and in no reported gap. */
  readonly unexplained: number;
  /** Delivered, and in a reported gap all the same. */
  readonly contradicted: number;
  /** Other events by type, and error events by code. */
  readonly events: Readonly<Record<string, number>>;
}

interface Published {
  readonly text: string;
  delivered: number;
  inGap: boolean;
}

/** @param ledgerFile CSV of the exchange @param deliveriesFile what the client wrote down */
export async function compare(ledgerFile: string, deliveriesFile: string): Promise<Account> {
  const trades = new Map<string, Map<number, Published>>();
  for await (const line of linesOf(ledgerFile)) {
    const [symbol, id, ...values] = line.split(',');
    if (symbol === 'symbol') continue;
    const ofSymbol = trades.get(symbol!) ?? new Map<number, Published>();
    trades.set(symbol!, ofSymbol);
    ofSymbol.set(Number(id), { text: normal(values), delivered: 0, inGap: false });
  }
  const sums = { delivered: 0, doubled: 0, disordered: 0, gaps: 0, wrong: 0 };
  const events: Record<string, number> = {};
  const last = new Map<string, number>();
  for await (const line of linesOf(deliveriesFile)) {
    const [kind, symbol, id, ...values] = line.split(',');
    if (kind === 'trade') {
      sums.delivered++;
      const published = trades.get(symbol!)?.get(Number(id));
      if (published?.text !== normal(values)) sums.wrong++;
      if (published && published.delivered++ > 0) sums.doubled++;
      else if (Number(id) < (last.get(symbol!) ?? 0)) sums.disordered++;
      last.set(symbol!, Number(id));
    } else if (kind === 'gap') {
      sums.gaps++;
      for (let missed = Number(id); missed <= Number(values[0]); missed++) {
        const published = trades.get(symbol!)?.get(missed);
        if (published) published.inGap = true;
      }
    } else {
      const name = kind === 'error' ? `error ${symbol}` : kind!;
      events[name] = (events[name] ?? 0) + 1;
    }
  }
  const account = { published: 0, missing: 0, unexplained: 0, contradicted: 0 };
  for (const ofSymbol of trades.values())
    for (const { delivered, inGap } of ofSymbol.values()) {
      account.published++;
      if (delivered === 0) account.missing++;
      if (delivered === 0 && !inGap) account.unexplained++;
      if (delivered > 0 && inGap) account.contradicted++;
    }
  return { ...account, ...sums, events };
}

/** Price, quantity, time and side, however the numbers are written. */
function normal([price, quantity, time, buyerIsMaker]: readonly string[]): string {
  return `${Number(price)},${Number(quantity)},${Number(time)},${buyerIsMaker}`;
}

function linesOf(file: string) {
  return createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
}

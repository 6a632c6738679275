import fc from 'fast-check';
import { createRest, type RestClient } from '../../../src/fetcher/index.ts';
import { readFrame } from '../../../src/fetcher/wire/index.ts';
import { CandlebookError } from '../../../src/market/index.ts';
import { FRAMES } from '../../fixtures/frames.ts';
import { mutated } from '../../fixtures/mutation.ts';
import { REST_TABLES, wrongIn, wrongInFrame, wrongInLevels } from './oracle.ts';

/** How inputs ended. */
export interface Outcome {
  events: number;
  rejected: number;
  ignored: number;
}

/** What an error may say of the offending text: enough to know it by, and no more. */
const LONGEST_MESSAGE = 400;

/** @throws with the smallest input that crashes a reader, or that gives a wrong number */
export function fuzzFrames(runs: number, seed: number): Outcome {
  const outcome: Outcome = { events: 0, rejected: 0, ignored: 0 };
  fc.assert(
    fc.property(mutated(Object.values(FRAMES)), (bytes) => {
      try {
        const event = readFrame(bytes);
        if (event === undefined || event.type === 'answer' || event.type === 'serverShutdown') {
          outcome.ignored++;
          return;
        }
        const wrong = wrongInFrame(event, bytes.toString());
        if (wrong) throw new Error(`${wrong}: ${bytes.toString()}`);
        outcome.events++;
      } catch (error) {
        reject(error, outcome);
      }
    }),
    { numRuns: runs, seed },
  );
  return outcome;
}

const BODIES = {
  klines:
    '[[1723161240000,"61800.00000000","61840.00000000","61799.99000000","61837.63000000","12.34567000",1723161299999,"763210.12345678",160,"6.10000000","377100.50000000","0"]]',
  trades:
    '[{"id":28457,"price":"61837.63000000","qty":"0.02000000","quoteQty":"1236.75","time":1723161255342,"isBuyerMaker":true,"isBestMatch":true},{"id":28458,"price":"61837.64000000","qty":"1.50000000","quoteQty":"92756.46","time":1723161255343,"isBuyerMaker":false,"isBestMatch":true}]',
  aggTrades:
    '[{"a":26129,"p":"0.01633102","q":"4.70443515","f":27781,"l":27783,"T":1498793709153,"m":true,"M":true}]',
  depth:
    '{"lastUpdateId":1027024,"bids":[["4.00000000","431.00000000"],["3.99000000","9.10000000"]],"asks":[["4.00000200","12.00000000"]]}',
} as const;

const ASK: Record<keyof typeof BODIES, (rest: RestClient) => Promise<object>> = {
  klines: (rest) => rest.klines('BTCUSDT', '1m'),
  trades: (rest) => rest.trades('BTCUSDT'),
  aggTrades: (rest) => rest.aggTrades('BTCUSDT'),
  depth: (rest) => rest.depth('BTCUSDT'),
};

/** As `fuzzFrames`, for answers of REST; the network is played. */
export async function fuzzBodies(runs: number, seed: number): Promise<Outcome> {
  const outcome: Outcome = { events: 0, rejected: 0, ignored: 0 };
  const rest = createRest({ restUrl: 'http://127.0.0.1:9', retries: 0 });
  const network = globalThis.fetch;
  let body: Buffer = Buffer.alloc(0);
  globalThis.fetch = async () =>
    new Response(new Uint8Array(body), { headers: { 'x-mbx-used-weight-1m': '0' } });
  try {
    for (const [at, path] of (Object.keys(BODIES) as (keyof typeof BODIES)[]).entries()) {
      const share = Math.ceil(runs / Object.keys(BODIES).length);
      await fc.assert(
        fc.asyncProperty(mutated([BODIES[path]]), async (bytes) => {
          body = bytes;
          try {
            const answer = await ASK[path](rest);
            const wrong = wrongInBody(path, answer, JSON.parse(bytes.toString()));
            if (wrong) throw new Error(`${wrong}: ${bytes.toString()}`);
            outcome.events++;
          } catch (error) {
            reject(error, outcome);
          }
        }),
        { numRuns: share, seed: seed + at },
      );
    }
  } finally {
    globalThis.fetch = network;
    await rest.close();
  }
  return outcome;
}

function wrongInBody(path: keyof typeof BODIES, answer: object, written: unknown): string | undefined {
  if (path === 'depth') {
    const { bids, asks } = written as { bids: unknown; asks: unknown };
    return wrongInLevels(answer as { bids: unknown; asks: unknown }, bids, asks);
  }
  const rows = answer as object[];
  if (rows.length !== (written as unknown[]).length) return `${rows.length} rows`;
  // Rows are put in order: each has to be one of those that were written.
  const left = [...(written as Record<string, unknown>[])];
  for (const row of rows) {
    const problems = left.map((one) => wrongIn(row, one, REST_TABLES[path]));
    const at = problems.indexOf(undefined);
    if (at < 0) return problems[0];
    left.splice(at, 1);
  }
  return undefined;
}

function reject(error: unknown, outcome: Outcome): void {
  if (!(error instanceof CandlebookError) || error.code !== 'RESPONSE_INVALID') throw error;
  if (error.message.length > LONGEST_MESSAGE) throw new Error(`A long message: ${error.message}`);
  outcome.rejected++;
}

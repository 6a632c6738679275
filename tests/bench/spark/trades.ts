import { Producer } from '@platformatic/kafka';
import { encodeTrade } from '../../../src/cloud/kafka/message.ts';
import { seededRandom } from '../measure/random.ts';

const SYMBOLS = 50;
const BATCH = 1_000;
const HOUR = 3_600_000;
const BEGIN = Date.UTC(2026, 0, 1);

/** Trades of 50 symbols for the topic, an hour of the market for each call, so many in it. */
export class BenchTrades {
  readonly #broker: string;
  readonly #topic: string;
  readonly #random = seededRandom(7);
  readonly #prices = Array.from({ length: SYMBOLS }, (_, i) => 10 * (i + 1));
  #hour = 0;
  #id = 0;

  constructor(broker: string, topic: string) {
    this.#broker = broker;
    this.#topic = topic;
  }

  async publish(count: number): Promise<void> {
    const producer = new Producer({ clientId: 'bench', bootstrapBrokers: [this.#broker] });
    const begin = BEGIN + this.#hour++ * HOUR;
    for (let at = 0; at < count; at += BATCH) {
      const size = Math.min(BATCH, count - at);
      const messages = Array.from({ length: size }, (_, i) =>
        this.#message(begin + ((at + i) / count) * HOUR),
      );
      await producer.send({ messages });
    }
    await producer.close();
  }

  #message(time: number) {
    const at = Math.floor(this.#random() * SYMBOLS);
    const symbol = `C${at}USDT`;
    this.#prices[at]! *= 1 + (this.#random() - 0.5) / 1_000;
    const value = encodeTrade(
      {
        type: 'trade',
        symbol,
        id: this.#id++,
        price: Number(this.#prices[at]!.toFixed(4)),
        quantity: Number(this.#random().toFixed(5)),
        time: Math.floor(time),
        eventTime: Math.floor(time) + 1,
        buyerIsMaker: this.#random() < 0.5,
      },
      'simulated',
    );
    return { topic: this.#topic, key: Buffer.from(symbol), value };
  }
}

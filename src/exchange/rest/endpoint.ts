import type { Market, TimeUnit } from '../tape/market.ts';
import type { Parameters } from './parameters.ts';

export interface RestRequest {
  readonly market: Market;
  readonly parameters: Parameters;
  readonly unit: TimeUnit;
  /** Weight a minute that the exchange grants, for exchangeInfo. */
  readonly weightLimit: number;
  /** A fault: the depth snapshot is to be an old one. */
  readonly stale: boolean;
}

/** A request that has been read and found right: what it weighs, and how to answer it. */
export interface Prepared {
  readonly weight: number;
  /** A value for JSON.stringify, or JSON text. */
  answer(): unknown | Promise<unknown>;
}

/** Reads the parameters of a request. @throws Refusal */
export type Endpoint = (request: RestRequest) => Prepared;

/** Text that is JSON already. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

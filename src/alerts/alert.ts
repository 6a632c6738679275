import { createHash } from 'node:crypto';
import type { AlertKind, AlertRule } from '../configuration/index.ts';
import type { DataSource } from '../market/index.ts';

/** Which limit was passed, or which way it went. */
export type AlertSide = 'above' | 'below' | 'up' | 'down' | 'flat';

/** Something that a rule was waiting for. */
export interface Alert {
  /** The same for the same occasion, whichever run finds it. */
  readonly id: string;
  readonly rule: string;
  readonly kind: AlertKind;
  readonly severity: AlertRule['severity'];
  readonly symbol: string;
  readonly source: DataSource;
  /** Market time, epoch ms: of the event, or the end of the closed bar. */
  readonly at: number;
  readonly side: AlertSide;
  /** What the rule looks at: price, percent, index, seconds, or the volume as a multiple of the median. */
  readonly value: number;
  /** Open time of the bar, where the rule judges bars. */
  readonly openTime?: number;
  /** Whether that bar was still forming. */
  readonly forming?: boolean;
  /** One sentence for a person. */
  readonly text: string;
}

/** @param occasion tells this alert from every other of the rule on the symbol */
export function alertId(source: DataSource, rule: string, symbol: string, occasion: string): string {
  const hash = createHash('sha256').update(JSON.stringify([source, rule, symbol, occasion]));
  return `alert_${hash.digest('hex').slice(0, 24)}`;
}

import { indicatorLine } from '../indicators/index.ts';
import { REFERENCES_ALLOWED } from '../secrets/index.ts';
import {
  anyNumber,
  byDefault,
  type InputOf,
  list,
  Misfit,
  number,
  object,
  oneOf,
  optional,
  type Shape,
  text,
} from './shape.ts';
import { secret, symbol, webhookUrl } from './texts.ts';

/** Rules that a run may watch at a time. */
const MOST_RULES = 200;

const bars = (least: number) => number(least, 5_000, { whole: true });

const line = text(
  'close, or an indicator with its parameters such as "ema_9" or "bollinger_20_2.upper"',
  (value) => {
    try {
      indicatorLine(value, '1m');
      return true;
    } catch {
      return false;
    }
  },
);

const lineOrNumber: Shape<string | number> = (value, path) =>
  typeof value === 'number' ? anyNumber(value, path) : line(value, path);

/** What every rule has. */
const common = {
  /** Unique; by it a restart knows what has been told. */
  name: text('a name of 1 to 80 characters', (value) => value.trim() !== '' && value.length <= 80),
  /** Default: all that are tracked. */
  symbols: optional(list(symbol, 50, { least: 1 })),
  severity: byDefault(oneOf(['info', 'warning', 'critical']), 'warning'),
  /** Least time between two alerts of the rule on one symbol, seconds of market time. */
  cooldownSeconds: byDefault(number(0, 86_400 * 7), 300),
};

/** Judge the bar that is forming too, or closed bars alone. */
const on = byDefault(oneOf(['forming', 'closed']), 'closed');

/** `above` or `below` or both; `hysteresis`: how far back, in the same unit, before it may be told again. */
const level = {
  above: optional(anyNumber),
  below: optional(anyNumber),
  hysteresis: optional(number(0, 1e12)),
};

const direction = byDefault(oneOf(['up', 'down', 'both']), 'both');

const SHAPES = {
  /** Last price, in the quote asset. */
  price: object({
    ...common,
    kind: oneOf(['price']),
    on: byDefault(oneOf(['forming', 'closed']), 'forming'),
    ...level,
  }),
  /** Change in percent: over the last `bars` bars, or the ticker's 24 hours. */
  change: object({
    ...common,
    kind: oneOf(['change']),
    bars: optional(bars(1)),
    on: byDefault(oneOf(['forming', 'closed']), 'forming'),
    ...level,
  }),
  /** As the insight `volumeSpikes` finds them. */
  volumeSpike: object({
    ...common,
    kind: oneOf(['volumeSpike']),
    on,
    window: byDefault(bars(3), 60),
    threshold: byDefault(number(0.1, 1e6), 5),
    minRatio: byDefault(number(1, 1e6), 2),
  }),
  /** Realised, in percent a year, of the last `period` returns. */
  volatility: object({
    ...common,
    kind: oneOf(['volatility']),
    on,
    period: byDefault(bars(2), 20),
    ...level,
  }),
  /** Relative strength index, 0 to 100. */
  rsi: object({ ...common, kind: oneOf(['rsi']), on, period: byDefault(bars(1), 14), ...level }),
  /** Any line of any indicator against a level. */
  indicator: object({ ...common, kind: oneOf(['indicator']), on, line, ...level }),
  /** One line crosses another, or a number. */
  crossing: object({
    ...common,
    kind: oneOf(['crossing']),
    on,
    line,
    over: lineOrNumber,
    direction,
  }),
  /** As the insight `trendReversals` finds them; closed bars only, so that none is taken back. */
  reversal: object({
    ...common,
    kind: oneOf(['reversal']),
    fast: byDefault(bars(1), 9),
    slow: byDefault(bars(2), 21),
    direction,
  }),
  /** No event of the symbol for so many seconds of the local clock. */
  stale: object({ ...common, kind: oneOf(['stale']), seconds: byDefault(number(1, 86_400), 30) }),
} as const;

export type AlertKind = keyof typeof SHAPES;

/** One rule, its defaults filled in. */
export type AlertRule = { [K in AlertKind]: ReturnType<(typeof SHAPES)[K]> }[AlertKind];

/** One rule as it may be stated. */
export type AlertRuleInput = { [K in AlertKind]: InputOf<(typeof SHAPES)[K]> }[AlertKind];

export const ALERT_KINDS = Object.keys(SHAPES) as AlertKind[];

const rule: Shape<AlertRule, AlertRuleInput> = (value, path) => {
  const { kind } = (typeof value === 'object' && value !== null ? value : {}) as { kind?: unknown };
  if (typeof kind !== 'string' || !Object.hasOwn(SHAPES, kind))
    throw new Misfit(`${path}.kind`, kind, ALERT_KINDS.map((one) => JSON.stringify(one)).join(', '));
  const made: AlertRule = SHAPES[kind as AlertKind](value, path);
  checkLevels(made, path);
  if (made.kind === 'reversal' && made.fast >= made.slow)
    throw new Misfit(`${path}.fast`, made.fast, `fewer bars than slow, which is ${made.slow}`);
  return made;
};

function checkLevels(made: AlertRule, path: string): void {
  if (!('on' in made) || made.kind === 'volumeSpike' || made.kind === 'crossing') return;
  const { above, below } = made;
  if (above === undefined && below === undefined)
    throw new Misfit(`${path}.above`, undefined, 'a number, or state below');
  if (above !== undefined && below !== undefined && below >= above)
    throw new Misfit(`${path}.below`, below, `a number less than above, which is ${above}`);
  if (made.kind === 'rsi')
    for (const side of ['above', 'below'] as const) {
      const value = made[side];
      if (value !== undefined) number(0, 100)(value, `${path}.${side}`);
    }
}

const webhook = object({
  /** Where alerts are posted. It may be a secret itself. */
  url: webhookUrl,
  /** Key of the signature (HMAC-SHA256, Standard Webhooks). Without one, posts are not signed. */
  secret: optional(secret),
  /** Alerts that wait at most; the oldest is given up first. */
  queue: byDefault(number(1, 100_000, { whole: true }), 1_000),
  /** Tries of one alert, with growing pauses. */
  attempts: byDefault(number(1, 100, { whole: true }), 10),
  /** First pause, ms; each is twice the one before. */
  pauseMs: byDefault(number(1, 60_000), 1_000),
  /** Longest pause, ms. */
  longestPauseMs: byDefault(number(1, 3_600_000), 300_000),
  timeoutMs: byDefault(number(10, 60_000), 10_000),
});

export type WebhookSettings = ReturnType<typeof webhook>;

const settings = object({
  rules: byDefault(list(rule, MOST_RULES), Object.freeze([])),
  webhook: optional(webhook),
});

export type AlertSettings = ReturnType<typeof settings>;

/** `{ rules, webhook }`, or the rules alone. */
export type AlertSettingsInput = InputOf<typeof settings> | readonly AlertRuleInput[];

export const NO_ALERTS: AlertSettings = Object.freeze({ rules: Object.freeze([]) });

/** The setting `alerts`: names are unique. */
export const alertSettings: Shape<AlertSettings, AlertSettingsInput> = (value, path) => {
  // A list is the rules alone.
  const made = settings(Array.isArray(value) ? { rules: value } : value, path);
  const names = made.rules.map(({ name }) => name);
  names.forEach((name, i) => {
    if (names.indexOf(name) !== i)
      throw new Misfit(`${path}.rules[${i}].name`, name, 'a name that no other rule has');
  });
  return made;
};

export const ALERTS_ALLOWED = `{ "rules": [{ "name": "…", "kind": "price", "above": 100000 }, …], "webhook": { "url": "https://…", "secret": ${REFERENCES_ALLOWED} } }`;

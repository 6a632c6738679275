/** A figure that a run gives: what it is of, in which unit, and how it adds up. */
export interface Metric {
  readonly kind: 'counter' | 'histogram' | 'gauge';
  /** UCUM. */
  readonly unit: string;
  readonly description: string;
  /** What it is told by. */
  readonly attributes?: readonly string[];
}

/** Bounds of latencies, ms. */
export const LATENCY_BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000];

/** Every metric of a run. Dashboards and alert rules are checked against this list. */
export const METRICS = {
  'candlebook.events': {
    kind: 'counter',
    unit: '{event}',
    description: 'Market events taken',
    attributes: ['type'],
  },
  'candlebook.latency.received': {
    kind: 'histogram',
    unit: 'ms',
    description: 'From the exchange’s stamp of a trade to its event here',
  },
  'candlebook.latency.painted': {
    kind: 'histogram',
    unit: 'ms',
    description: 'From the exchange’s stamp of the newest event to the picture that shows it',
  },
  'candlebook.latency.committed': {
    kind: 'histogram',
    unit: 'ms',
    description: 'From the exchange’s stamp of a batch’s oldest event to its commit',
  },
  'candlebook.feed.gaps': {
    kind: 'counter',
    unit: '{gap}',
    description: 'Runs of trades that the stream lacked',
  },
  'candlebook.feed.missing': {
    kind: 'counter',
    unit: '{trade}',
    description: 'Trades that could not be had',
  },
  'candlebook.feed.filled': {
    kind: 'counter',
    unit: '{trade}',
    description: 'Trades fetched by REST because the stream lacked them',
  },
  'candlebook.feed.reconnects': {
    kind: 'counter',
    unit: '{connection}',
    description: 'Connections made after the first one',
  },
  'candlebook.feed.conflated': {
    kind: 'counter',
    unit: '{event}',
    description: 'Tickers, quotes and forming bars replaced by newer ones before they were read',
  },
  'candlebook.feed.silence': { kind: 'gauge', unit: 's', description: 'Since the last market event' },
  'candlebook.rest.weight': {
    kind: 'gauge',
    unit: '{weight}',
    description: 'Request weight used in the present minute',
  },
  'candlebook.queue.depth': {
    kind: 'gauge',
    unit: '{item}',
    description: 'What waits: events of the feed, rows of the store, posts of the webhook',
    attributes: ['queue'],
  },
  'candlebook.store.rows': {
    kind: 'counter',
    unit: '{row}',
    description: 'Rows committed',
    attributes: ['table'],
  },
  'candlebook.store.failures': {
    kind: 'counter',
    unit: '{commit}',
    description: 'Commits that failed; their rows are kept and tried again',
  },
  'candlebook.updates': {
    kind: 'counter',
    unit: '{update}',
    description: 'Pictures drawn or tables printed',
  },
  'candlebook.viewers': { kind: 'gauge', unit: '{viewer}', description: 'Pages that are looking' },
  'candlebook.alerts': {
    kind: 'counter',
    unit: '{alert}',
    description: 'Alerts told',
    attributes: ['rule', 'severity'],
  },
  'candlebook.webhook.posts': {
    kind: 'counter',
    unit: '{alert}',
    description: 'What became of the alerts that were posted',
    attributes: ['outcome'],
  },
  'process.memory.usage': {
    kind: 'gauge',
    unit: 'By',
    description: 'Memory of the process',
    attributes: ['type'],
  },
  'nodejs.eventloop.delay.p99': {
    kind: 'gauge',
    unit: 'ms',
    description: 'How late the event loop was, 99th percentile since the last report',
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;

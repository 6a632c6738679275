import { CandlebookError, DOCUMENT_SYMBOLS, USDT_SYMBOLS } from '../market/index.ts';
import type { FaultOptions } from './faults/faults.ts';
import { FAULT_KINDS, type FaultKind } from './faults/kinds.ts';

export interface ExchangeOptions {
  /** TCP port; 0, the default, takes a free one. */
  readonly port?: number;
  /** The loopback interface: `127.0.0.1` (default) or `::1`. The exchange is for this machine only. */
  readonly host?: '127.0.0.1' | '::1';
  /** Seed of the market model. The same seed gives the same market at the same time. Default 1. */
  readonly seed?: number;
  /** Listed pairs; by default the seven coins against USD and against USDT. */
  readonly symbols?: readonly string[];
  /** Lists further invented pairs until there are so many, thousands if need be. */
  readonly symbolCount?: number;
  /** Market time per real time; 1 by default, up to 10,000. */
  readonly speed?: number;
  /** Where the market's clock starts, epoch ms; by default now, or where the recording begins. */
  readonly startTime?: number;
  /** Capture files to replay instead of the model: gzip or plain, a line being `<receive time, ns> <frame>`. */
  readonly recording?: readonly string[];
  /** `running` (default), or `manual`: the market moves only by `advance()`. */
  readonly clock?: 'running' | 'manual';
  /**
   * When a running clock starts: at once (default for the model), with the first subscription (default for a
   * recording, so that no frame is missed), or when told by `begin()`.
   */
  readonly start?: 'now' | 'firstSubscriber' | 'told';
  /** Request weight that a caller has a minute; over it, 429. Default 6000. */
  readonly weightLimit?: number;
  /** Requests over the limit within a minute before the caller is banned (418). Default 20. */
  readonly banAfter?: number;
  /** Length of a first ban, ms; each further one is twice as long. Default two minutes. */
  readonly banMs?: number;
  /** Incoming WebSocket messages a second, pings and pongs counted. Default 5. */
  readonly maxMessagesPerSecond?: number;
  /** Connection attempts of an address in five minutes. Default 300. */
  readonly maxConnectionAttempts?: number;
  /** Longest life of a stream connection, ms of market time. Default 24 h. */
  readonly maxConnectionMs?: number;
  /** Default 20 s, as on the exchange. */
  readonly pingIntervalMs?: number;
  /** Default 60 s. */
  readonly pongTimeoutMs?: number;
  /** Bytes that may wait for a slow reader before it is dropped, where the market does not wait. Default 64 MiB. */
  readonly maxBufferedBytes?: number;
  /** Answers everything by this status: 451 as for a blocked region, 403 as the exchange's firewall. */
  readonly blocked?: 403 | 451;
  /** CSV file that gets every published trade of every listed pair. */
  readonly ledgerFile?: string;
  /** Lets things go wrong at random. */
  readonly faults?: FaultOptions;
}

type Optional = 'startTime' | 'recording' | 'ledgerFile' | 'blocked';

export type CheckedOptions = Required<Omit<ExchangeOptions, Optional | 'faults' | 'symbolCount'>> &
  Pick<ExchangeOptions, Optional> & {
    readonly faults?: FaultOptions & { readonly kinds: readonly FaultKind[] };
  };

/** @throws CandlebookError INPUT_INVALID */
export function checkOptions(options: ExchangeOptions): CheckedOptions {
  const { recording } = options;
  const checked: CheckedOptions = {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    seed: options.seed ?? 1,
    symbols: listed(options.symbols ?? [...DOCUMENT_SYMBOLS, ...USDT_SYMBOLS], options.symbolCount ?? 0),
    speed: options.speed ?? 1,
    clock: options.clock ?? 'running',
    start: options.start ?? (recording ? 'firstSubscriber' : 'now'),
    weightLimit: options.weightLimit ?? 6000,
    banAfter: options.banAfter ?? 20,
    banMs: options.banMs ?? 120_000,
    maxConnectionAttempts: options.maxConnectionAttempts ?? 300,
    maxConnectionMs: options.maxConnectionMs ?? 86_400_000,
    maxBufferedBytes: options.maxBufferedBytes ?? 64 * 1024 * 1024,
    maxMessagesPerSecond: options.maxMessagesPerSecond ?? 5,
    pingIntervalMs: options.pingIntervalMs ?? 20_000,
    pongTimeoutMs: options.pongTimeoutMs ?? 60_000,
    ...(recording ? { recording } : {}),
    ...(options.ledgerFile === undefined ? {} : { ledgerFile: options.ledgerFile }),
    ...(options.blocked === undefined ? {} : { blocked: options.blocked }),
    ...(options.faults ? { faults: { ...options.faults, kinds: options.faults.kinds ?? FAULT_KINDS } } : {}),
    ...(options.startTime === undefined ? {} : { startTime: options.startTime }),
  };
  demand(
    'port',
    checked.port,
    whole(checked.port, 0, 65_535),
    'a whole number from 0 (any free port) to 65535',
  );
  demand('host', checked.host, ['127.0.0.1', '::1'].includes(checked.host), '127.0.0.1 or ::1');
  demand(
    'seed',
    checked.seed,
    whole(checked.seed, 0, Number.MAX_SAFE_INTEGER),
    'a whole number, not negative',
  );
  demand(
    'speed',
    checked.speed,
    checked.speed > 0 && checked.speed <= 10_000,
    'a number above 0, at most 10000',
  );
  demand(
    'symbols',
    checked.symbols,
    checked.symbols.every(isSymbol) && checked.symbols.length > 0,
    'upper-case pairs such as BTCUSDT',
  );
  demand('startTime', checked.startTime, whole(checked.startTime ?? 0, 0, 8.64e15), 'epoch milliseconds');
  demand(
    'recording',
    recording,
    recording === undefined || recording.length > 0,
    'one or more capture files',
  );
  demand(
    'start',
    checked.start,
    ['now', 'firstSubscriber', 'told'].includes(checked.start),
    'now, firstSubscriber or told',
  );
  demand('clock', checked.clock, ['running', 'manual'].includes(checked.clock), 'running or manual');
  for (const name of ['startTime', 'symbols', 'symbolCount'] as const)
    demand(
      name,
      options[name],
      !recording || options[name] === undefined,
      'it without a recording, which has its own',
    );
  demand(
    'symbolCount',
    options.symbolCount,
    whole(options.symbolCount ?? 0, 0, 10_000),
    'a whole number up to 10000',
  );
  for (const name of [
    'weightLimit',
    'banAfter',
    'banMs',
    'maxMessagesPerSecond',
    'maxConnectionAttempts',
    'maxConnectionMs',
    'pingIntervalMs',
    'pongTimeoutMs',
    'maxBufferedBytes',
  ] as const)
    demand(name, checked[name], whole(checked[name], 1, Number.MAX_SAFE_INTEGER), 'a whole number above 0');
  demand('blocked', options.blocked, [undefined, 403, 451].includes(options.blocked), '403 or 451');
  const { faults } = checked;
  if (faults) {
    demand(
      'faults.perMinute',
      faults.perMinute,
      faults.perMinute > 0 && faults.perMinute <= 6000,
      'a number above 0, at most 6000',
    );
    const unknown = faults.kinds.find((kind) => !FAULT_KINDS.includes(kind));
    demand(
      'faults.kinds',
      unknown ?? faults.kinds,
      unknown === undefined && faults.kinds.length > 0,
      FAULT_KINDS.join(', '),
    );
  }
  return checked;
}

/** `XAAAUSDT`, `XAABUSDT` and so on, behind the given pairs. */
function listed(symbols: readonly string[], count: number): string[] {
  const all = new Set(symbols);
  for (let i = 0; all.size < count; i++) {
    const letters = [i / 676, i / 26, i].map((n) => String.fromCharCode(65 + (Math.floor(n) % 26)));
    all.add(`X${letters.join('')}USDT`);
  }
  return [...all];
}

function isSymbol(value: unknown): boolean {
  return typeof value === 'string' && /^[^\s\p{Ll}@/!"\\]{2,50}$/u.test(value);
}

function whole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function demand(name: string, value: unknown, right: boolean, allowed: string): void {
  if (right) return;
  throw new CandlebookError('INPUT_INVALID', `Exchange option ${name} can not be ${JSON.stringify(value)}.`, {
    value,
    hint: `Use ${allowed}.`,
  });
}

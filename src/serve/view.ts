import type { ThemeName } from '../dashboard/figures/index.ts';
import { CandlebookError, type Interval, parseInterval } from '../market/index.ts';

/** What one viewer has chosen to see. */
export interface View {
  /** The chart's pair, one of those that the run tracks. */
  readonly symbol: string;
  readonly interval: Interval;
  readonly theme: ThemeName;
  /** The chart's last moment, epoch ms; undefined for the present, which moves. */
  readonly until: number | undefined;
}

export interface ViewChoices {
  readonly symbols: readonly string[];
  readonly symbol: string;
  readonly interval: Interval;
  readonly theme: ThemeName;
}

export const THEMES: readonly ThemeName[] = ['light', 'dark', 'colorblind'];

/**
 * A view from a query, with the run's own where it says nothing.
 * @throws CandlebookError SYMBOL_UNKNOWN, INPUT_INVALID with the offending value and what is allowed
 */
export function parseView(query: URLSearchParams, choices: ViewChoices): View {
  const symbol = (query.get('symbol') ?? choices.symbol).toUpperCase();
  if (!choices.symbols.includes(symbol)) {
    throw new CandlebookError('SYMBOL_UNKNOWN', `${JSON.stringify(symbol)} is not tracked here.`, {
      value: symbol,
      hint: `Choose one of ${choices.symbols.join(', ')}.`,
    });
  }
  const theme = (query.get('theme') ?? choices.theme) as ThemeName;
  if (!THEMES.includes(theme)) {
    throw new CandlebookError('INPUT_INVALID', `theme is ${JSON.stringify(theme)}.`, {
      value: theme,
      hint: `Allowed: ${THEMES.join(', ')}.`,
    });
  }
  return {
    symbol,
    interval: parseInterval(query.get('interval') ?? choices.interval),
    theme,
    until: parseUntil(query.get('until')),
  };
}

function parseUntil(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  const until = Number(text);
  if (Number.isSafeInteger(until) && until > 0 && until < 8.64e15) return until;
  throw new CandlebookError('INPUT_INVALID', `until is ${JSON.stringify(text.slice(0, 40))}.`, {
    value: text.slice(0, 40),
    hint: 'Give a time as epoch milliseconds, or leave it out for now.',
  });
}

/** The same view has the same key. */
export function viewKey({ symbol, interval, theme, until }: View): string {
  return `${symbol} ${interval} ${theme} ${until ?? ''}`;
}

/** Whether a theme is a dark one, as CSS says it. */
export function colorScheme(theme: ThemeName): 'light' | 'dark' {
  return theme === 'dark' ? 'dark' : 'light';
}

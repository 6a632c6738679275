import type { AlertRule } from '../configuration/index.ts';
import type { DataSource } from '../market/index.ts';
import type { AlertSide } from './alert.ts';

/** What a person reads: what happened to which symbol, and the figures that say so. */
export function alertText(
  rule: AlertRule,
  symbol: string,
  side: AlertSide,
  value: number,
  source: DataSource,
): string {
  const mark = source === 'live' ? '' : ` (${source} data)`;
  return `${symbol} ${happened(rule, side, value)}${mark}`;
}

function happened(rule: AlertRule, side: AlertSide, value: number): string {
  switch (rule.kind) {
    case 'price':
      return `is at ${figure(value)}, ${side} ${figure(limit(rule, side))}`;
    case 'change': {
      const span = rule.bars === undefined ? '24 hours' : rule.bars === 1 ? 'a bar' : `${rule.bars} bars`;
      return `changed by ${percent(value)} in ${span}, ${side} ${percent(limit(rule, side))}`;
    }
    case 'rsi':
      return `has an RSI(${rule.period}) of ${value.toFixed(1)}, ${side} ${figure(limit(rule, side))}`;
    case 'volatility':
      return `has a volatility of ${value.toFixed(1)} % a year, ${side} ${figure(limit(rule, side))} %`;
    case 'indicator':
      return `has ${rule.line} at ${figure(value)}, ${side} ${figure(limit(rule, side))}`;
    case 'crossing':
      return `has ${rule.line} at ${figure(value)}, crossing ${typeof rule.over === 'number' ? figure(rule.over) : rule.over} ${side === 'up' ? 'upwards' : 'downwards'}`;
    case 'volumeSpike':
      return `trades ${Number.isFinite(value) ? `${value.toFixed(1)} times` : 'far above'} its median volume${side === 'flat' ? '' : `, price ${side}`}`;
    case 'reversal':
      return `turned ${side} at ${figure(value)}`;
    case 'stale':
      return `has been silent for ${Math.round(value)} s`;
  }
}

function limit(rule: AlertRule & { above?: number; below?: number }, side: AlertSide): number {
  return side === 'below' ? rule.below! : rule.above!;
}

function figure(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 9 });
}

function percent(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(2)} %`;
}

export * from './errors.ts';
export * from './events.ts';
export * from './hosts.ts';
export * from './interval.ts';
export * from './source.ts';
export * from './symbols.ts';

/** All that a notebook or a script imports: `import { … } from 'candlebook'`. */
export { type Alert, type Alerts, type AlertsOptions, openAlerts } from './alerts/index.ts';
export * from './candles/index.ts';
export * from './cloud/index.ts';
export * from './configuration/index.ts';
export * from './dashboard/index.ts';
export {
  type Exchange,
  type ExchangeOptions,
  type FaultKind,
  injectFault,
  type SimulatedFeedOptions,
  simulatedFeed,
  startExchange,
} from './exchange/index.ts';
export * from './fetcher/index.ts';
export * from './frames/index.ts';
export * from './history/index.ts';
export * from './indicators/index.ts';
export * from './insights/index.ts';
export * from './market/index.ts';
export * from './runner/index.ts';
export { openSecrets, Secret, type Secrets, type SecretsOptions } from './secrets/index.ts';
export * from './serve/index.ts';
export * from './store/index.ts';
export { Health, openTelemetry, type Telemetry, type TelemetryOptions } from './telemetry/index.ts';

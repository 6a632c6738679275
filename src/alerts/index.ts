export type { Alert, AlertSide } from './alert.ts';
export { type Alerts, type AlertsOptions, openAlerts } from './alerts.ts';
export { AlertEngine, type AlertEngineOptions } from './engine.ts';
export type { DeliveryOutcome } from './webhook.ts';

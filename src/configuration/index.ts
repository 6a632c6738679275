export { about, packageVersion } from './about.ts';
export {
  ALERT_KINDS,
  type AlertKind,
  type AlertRule,
  type AlertRuleInput,
  type AlertSettings,
  type AlertSettingsInput,
  type WebhookSettings,
} from './alert-settings.ts';
export type { DatabricksSettings, DatabricksSettingsInput } from './databricks-settings.ts';
export { flagOf, settingFlags } from './flags.ts';
export { PANEL_NAMES, type PanelName } from './panels.ts';
export {
  defaultSettings,
  type Host,
  type LoadOptions,
  loadSettings,
  type Refresh,
  SETTINGS_FILE,
  type Settings,
  type SettingsInput,
  type Theme,
} from './settings.ts';
export type { TelemetrySettings, TelemetrySettingsInput } from './telemetry-settings.ts';
export type { TopicSettings, TopicSettingsInput } from './topic-settings.ts';

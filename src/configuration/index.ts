export { flagOf, settingFlags } from './flags.ts';
export {
  type Host,
  type LoadOptions,
  loadSettings,
  type Refresh,
  SETTINGS_FILE,
  type Settings,
  type SettingsInput,
  type Theme,
} from './settings.ts';

import { readFileSync } from 'node:fs';
import { Argument, Command } from 'commander';

/** Files that are shipped, by what they are called on the command line. */
export const DEFINITIONS = {
  grafana: 'grafana-dashboard.json',
  workbook: 'azure-workbook.json',
  'alert-rules': 'azure-alert-rules.json',
} as const;

const EXAMPLES = `
Examples:
  candlebook telemetry grafana > candlebook-dashboard.json      import it in Grafana, Dashboards
  candlebook telemetry workbook > workbook.json                 paste it in an Azure workbook's advanced editor
  candlebook telemetry alert-rules > rules.json
  az deployment group create -g GROUP -f rules.json -p applicationInsightsId=ID

Exit codes: 0 printed, 2 wrong usage.`;

/** `candlebook telemetry`: prints the dashboards and alert rules that go with the metrics. */
export function telemetryCommand(): Command {
  return new Command('telemetry')
    .description('Print a Grafana dashboard, an Azure workbook or Azure alert rules for the metrics of a run')
    .addArgument(new Argument('<what>', 'which').choices(Object.keys(DEFINITIONS)))
    .addHelpText('after', EXAMPLES)
    .action((what: keyof typeof DEFINITIONS) => {
      process.stdout.write(
        readFileSync(new URL(`definitions/${DEFINITIONS[what]}`, import.meta.url), 'utf8'),
      );
    });
}

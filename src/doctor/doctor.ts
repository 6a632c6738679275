import { defaultSettings, type LoadOptions, loadSettings, type Settings } from '../configuration/index.ts';
import { CandlebookError } from '../market/index.ts';
import { adlsCheck, identityCheck, secretsCheck } from './azure.ts';
import { databricksCheck } from './databricks.ts';
import { clockCheck, type Hosts, hostChecks } from './exchanges.ts';
import { type Check, carryOut, type Finding } from './finding.ts';
import { browserCheck, diskCheck, kernelCheck, nodeCheck, pythonCheck } from './machine.ts';
import { topicCheck } from './topic.ts';

/** All that was found. */
export interface Diagnosis {
  /** Nothing failed. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

export interface DiagnoseOptions extends LoadOptions {
  /** Exchanges to try. Default: Binance's. */
  readonly hosts?: Hosts;
  /** Told of each finding as it comes, in the order of the list. */
  readonly onFinding?: (finding: Finding) => void;
}

/** Looks at everything that a run needs, all at once. It changes nothing, but for a file that it writes to ADLS. */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Diagnosis> {
  const env = { ...(options.env ?? process.env) } as NodeJS.ProcessEnv;
  const { settings, finding } = settingsFinding(options);
  const checks = [
    nodeCheck(),
    pythonCheck(env),
    kernelCheck(env),
    browserCheck(env),
    ...needing(settings, env, options.hosts),
  ];
  const under = checks.map(carryOut);
  const findings = [finding];
  options.onFinding?.(finding);
  for (const one of under) {
    findings.push(await one);
    options.onFinding?.(findings.at(-1)!);
  }
  return { ok: findings.every(({ status }) => status !== 'fail'), findings };
}

/** What depends on settings is looked at with the defaults where they are broken. */
function needing(settings: Settings, env: NodeJS.ProcessEnv, hosts: Hosts | undefined): Check[] {
  return [
    ...hostChecks(settings, hosts),
    clockCheck(settings, hosts),
    diskCheck(settings),
    adlsCheck(settings),
    identityCheck(settings, env),
    secretsCheck(settings, env),
    databricksCheck(settings, env),
    topicCheck(settings, env),
  ];
}

function settingsFinding(options: LoadOptions): { settings: Settings; finding: Finding } {
  const name = 'Settings';
  try {
    const settings = loadSettings({}, options);
    const { host, symbols, tables, alerts } = settings;
    const rules = alerts.rules.length === 0 ? '' : `, ${alerts.rules.length} alert rules`;
    return {
      settings,
      finding: { name, status: 'ok', found: `${host}, ${symbols.length} pairs, tables in ${tables}${rules}` },
    };
  } catch (error) {
    if (!(error instanceof CandlebookError)) throw error;
    const { code, message, hint = 'Mend it.' } = error;
    const found = `${code}: ${message.endsWith(hint) ? message.slice(0, -hint.length).trim() : message}`;
    return { settings: defaultSettings(), finding: { name, status: 'fail', found, advice: hint } };
  }
}

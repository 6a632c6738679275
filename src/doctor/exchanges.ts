import type { Settings } from '../configuration/index.ts';
import { createRest, probeStream } from '../fetcher/index.ts';
import { CandlebookError, HOSTS, type HostAddresses } from '../market/index.ts';
import type { Check, Finding } from './finding.ts';

/** A clock that is further off makes candles of the wrong minute and signed calls that are refused, ms. */
const CLOCK_OFF_MS = 1_000;

/** How long the way to the streams and back may take, ms. */
const STREAM_WITHIN_MS = 5_000;

/** Addresses by the host's name. */
export type Hosts = Readonly<Record<string, HostAddresses>>;

/** Each of Binance's hosts: which is allowed from here. The one of the settings has to be. */
export function hostChecks(settings: Settings, hosts: Hosts = HOSTS): Check[] {
  const asked = Object.entries(hosts).map(([name, addresses]) =>
    hostCheck(name, addresses, name === settings.host ? settings.refresh : undefined, hosts),
  );
  if (settings.host !== 'simulated') return asked;
  const own: Check = settings.restUrl
    ? hostCheck('simulated', settings, settings.refresh, hosts)
    : {
        name: 'simulated',
        look: async () => ({ status: 'ok', found: 'the embedded exchange starts with the run' }),
      };
  return [...asked, own];
}

/** @param wanted how the settings feed the board from this host; undefined where they do not */
function hostCheck(
  name: string,
  { restUrl, wsUrl }: HostAddresses,
  wanted: Settings['refresh'] | undefined,
  hosts: Hosts,
): Check {
  return {
    name,
    look: async () => {
      const rest = createRest({ restUrl });
      try {
        const began = performance.now();
        await rest.serverTime();
        const answered = `allowed from here, REST ${Math.round(performance.now() - began)} ms`;
        const stream = await streamFinding(wsUrl, hosts);
        if (typeof stream !== 'number') {
          const { found, advice } = stream;
          return {
            status: wanted === 'live' ? 'fail' : 'warn',
            found: `${answered}, but its streams are ${found}`,
            advice: `${advice} Or poll: set refresh (CANDLEBOOK_REFRESH) to 5, 15 or 30.`,
          };
        }
        const use = wanted === undefined ? '' : ', in use';
        return { status: 'ok', found: `${answered}, streams ${Math.round(stream)} ms${use}` };
      } catch (error) {
        const finding = refusalOf(error, hosts);
        return wanted === undefined ? { ...finding, status: 'warn' } : finding;
      } finally {
        await rest.close();
      }
    },
  };
}

/** How long a frame took there and back, or what is wrong with that. */
async function streamFinding(wsUrl: string, hosts: Hosts): Promise<number | Omit<Finding, 'name'>> {
  try {
    return await probeStream(wsUrl, STREAM_WITHIN_MS);
  } catch (error) {
    const finding = refusalOf(error, hosts);
    if ((error as CandlebookError).code !== 'HOST_UNREACHABLE') return finding;
    const { host } = new URL(wsUrl);
    return { ...finding, advice: `Let WebSocket connections to ${host} through the proxy or firewall.` };
  }
}

function refusalOf(error: unknown, hosts: Hosts): Omit<Finding, 'name'> {
  if (!(error instanceof CandlebookError)) throw error;
  const others = Object.keys(hosts).join(', ');
  const elsewhere = `Set host (CANDLEBOOK_HOST) to one that is allowed of ${others}, or to simulated.`;
  switch (error.code) {
    case 'REGION_BLOCKED':
      return { status: 'fail', found: 'not allowed from this region (451)', advice: elsewhere };
    case 'FIREWALLED':
      return {
        status: 'fail',
        found: 'refused by its firewall (403)',
        advice: `Leave VPN or proxy, wait some minutes. ${elsewhere}`,
      };
    case 'BANNED':
      return {
        status: 'fail',
        found: 'this address is banned for now (418)',
        advice: 'Stop all that asks it, and wait until the ban ends.',
      };
    case 'RATE_LIMITED':
      return {
        status: 'fail',
        found: 'too many requests (429)',
        advice: 'Stop what else asks it, and wait a minute.',
      };
    case 'HOST_UNREACHABLE':
      return {
        status: 'fail',
        found: `not reached (${reasonOf(error)})`,
        advice: `See that this machine is on line, and its DNS and proxy (HTTPS_PROXY). ${elsewhere}`,
      };
    default:
      return { status: 'fail', found: `${error.code}: ${error.message}`, advice: error.hint ?? elsewhere };
  }
}

/** The error's own words without the address and the hint. */
function reasonOf({ message, hint }: CandlebookError): string {
  const text = hint !== undefined && message.endsWith(hint) ? message.slice(0, -hint.length) : message;
  return text
    .replace(/^\S+ (?:can not be reached|sends nothing): /, '')
    .trim()
    .replace(/\.$/, '');
}

/** This machine's clock against the first host that answers. */
export function clockCheck(settings: Settings, hosts: Hosts = HOSTS): Check {
  return {
    name: 'Clock',
    look: async () => {
      const own = settings.restUrl ? [settings.restUrl] : [];
      const urls = new Set([...own, ...Object.values(hosts).map(({ restUrl }) => restUrl)]);
      const offset = await Promise.any([...urls].map(offsetTo)).catch(() => undefined);
      if (offset === undefined)
        return {
          status: 'warn',
          found: 'no exchange to compare with',
          advice: 'Try again when one is reached.',
        };
      const found = `${offset >= 0 ? '+' : ''}${offset} ms from the exchange’s`;
      if (Math.abs(offset) <= CLOCK_OFF_MS) return { status: 'ok', found };
      return {
        status: 'fail',
        found,
        advice: 'Let the system set the time: timedatectl set-ntp true, or w32tm /resync.',
      };
    },
  };
}

/** The local clock minus the exchange's, the way there and back halved, ms. */
async function offsetTo(restUrl: string): Promise<number> {
  const rest = createRest({ restUrl });
  try {
    const before = Date.now();
    const theirs = await rest.serverTime();
    return Math.round((before + Date.now()) / 2 - theirs);
  } finally {
    await rest.close();
  }
}

import type { Settings } from '../configuration/index.ts';
import { createRest } from '../fetcher/index.ts';
import { CandlebookError, HOSTS } from '../market/index.ts';
import type { Check, Finding } from './finding.ts';

/** A clock that is further off makes candles of the wrong minute and signed calls that are refused, ms. */
const CLOCK_OFF_MS = 1_000;

/** REST addresses by the host's name. */
export type Hosts = Readonly<Record<string, { readonly restUrl: string }>>;

/** Each of Binance's hosts: which is allowed from here. The one of the settings has to be. */
export function hostChecks(settings: Settings, hosts: Hosts = HOSTS): Check[] {
  const asked = Object.entries(hosts).map(([name, { restUrl }]) =>
    hostCheck(name, restUrl, name === settings.host, hosts),
  );
  if (settings.host !== 'simulated') return asked;
  const own: Check = settings.restUrl
    ? hostCheck('simulated', settings.restUrl, true, hosts)
    : {
        name: 'simulated',
        look: async () => ({ status: 'ok', found: 'the embedded exchange starts with the run' }),
      };
  return [...asked, own];
}

function hostCheck(name: string, restUrl: string, isWanted: boolean, hosts: Hosts): Check {
  return {
    name,
    look: async () => {
      const rest = createRest({ restUrl });
      try {
        const began = performance.now();
        await rest.serverTime();
        const ms = Math.round(performance.now() - began);
        return { status: 'ok', found: `allowed from here, ${ms} ms${isWanted ? ', in use' : ''}` };
      } catch (error) {
        const finding = refusalOf(error, hosts);
        return isWanted ? finding : { ...finding, status: 'warn' };
      } finally {
        await rest.close();
      }
    },
  };
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
        found: 'not reached',
        advice: `See that this machine is on line, and its DNS and proxy (HTTPS_PROXY). ${elsewhere}`,
      };
    default:
      return { status: 'fail', found: `${error.code}: ${error.message}`, advice: error.hint ?? elsewhere };
  }
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

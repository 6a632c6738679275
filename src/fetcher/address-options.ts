import { Option } from 'commander';
import { asUrl } from '../arguments/index.ts';
import { HOSTS, type HostAddresses, type HostPreset } from '../market/index.ts';

/** What the options `--host` and `--url` say of the exchange. */
export interface AddressFlags {
  readonly host: HostPreset;
  readonly url?: string;
}

export function hostOption(): Option {
  return new Option('--host <host>', 'exchange')
    .choices(Object.keys(HOSTS))
    .default('data-only' satisfies HostPreset);
}

export function urlOption(): Option {
  return new Option(
    '--url <address>',
    'REST address instead of --host, such as http://127.0.0.1:8080',
  ).argParser(asUrl);
}

/** Where the exchange is: its streams lie where its REST address does, if that was given. */
export function addressesOf({ host, url }: AddressFlags): HostAddresses {
  return url === undefined ? HOSTS[host] : { restUrl: url, wsUrl: url.replace(/^http/, 'ws') };
}

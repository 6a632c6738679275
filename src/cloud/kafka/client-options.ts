import { isIP } from 'node:net';
import type { BaseOptions } from '@platformatic/kafka';
import { CandlebookError } from '../../market/index.ts';
import { keepSecret } from '../../redaction/index.ts';
import type { Broker, ConnectOptions } from './broker.ts';
import type { Presence } from './presence.ts';

/** What Event Hubs asks of clients: it cuts connections that are idle for 4 minutes. */
const METADATA_MAX_AGE_MS = 180_000;
/** A broker that is away is asked again after so long, for as long as whoever uses the client has patience. */
export const RETRY_DELAY_MS = 500;
/** After so many attempts, some two minutes, it is asked more seldom: the client keeps the error of each. */
const QUICK_ATTEMPTS = 240;
const LATER_DELAY_MS = 10_000;

/**
 * What each client of that broker is made with.
 * @param presence is told of each attempt that failed
 */
export function clientOptions(
  broker: Broker,
  options: ConnectOptions = {},
  presence?: Pick<Presence, 'failed'>,
): BaseOptions {
  const { access, address } = broker;
  const common = {
    clientId: 'candlebook',
    bootstrapBrokers: [address],
    retries: true,
    retryDelay: (_client: unknown, _operation: string, attempt: number, _retries: number, error: Error) => {
      presence?.failed(error);
      return attempt <= QUICK_ATTEMPTS ? RETRY_DELAY_MS : LATER_DELAY_MS;
    },
    metadataMaxAge: METADATA_MAX_AGE_MS,
    autocreateTopics: false,
  };
  if (access.kind === 'none') return common;
  const isNamed = isIP(address.slice(0, address.lastIndexOf(':'))) === 0;
  const tls = { tls: options.ca === undefined ? {} : { ca: options.ca }, tlsServerName: isNamed };
  if (access.kind === 'connection-string') {
    const { connectionString } = access;
    return {
      ...common,
      ...tls,
      sasl: { mechanism: 'PLAIN', username: '$ConnectionString', password: connectionString },
    };
  }
  return { ...common, ...tls, sasl: { mechanism: 'OAUTHBEARER', token: () => token(access.scope, options) } };
}

let identity: Promise<NonNullable<ConnectOptions['credential']>> | undefined;

async function token(scope: string, { credential }: ConnectOptions): Promise<string> {
  identity ??= import('@azure/identity').then(({ DefaultAzureCredential }) => new DefaultAzureCredential());
  const given = await (credential ?? (await identity)).getToken(scope);
  if (!given)
    throw new CandlebookError('ACCESS_DENIED', `The Azure identity gives no token for ${scope}.`, {
      value: scope,
      hint: 'Run `az login`, or give this identity the role Azure Event Hubs Data Sender or Receiver.',
    });
  keepSecret(given.token);
  return given.token;
}

import { CandlebookError } from '../../market/index.ts';
import { keepSecret } from '../../redaction/index.ts';

/** How a broker is reached. */
export interface Broker {
  /** `host:port`; of Event Hubs `NAMESPACE.servicebus.windows.net:9093`. */
  readonly address: string;
  /** The hub that the connection string names (`EntityPath`), where it names one. */
  readonly hub?: string;
  readonly access:
    | { readonly kind: 'none' }
    /** SASL_SSL, PLAIN, user `$ConnectionString`. */
    | { readonly kind: 'connection-string'; readonly connectionString: string }
    /** SASL_SSL, OAUTHBEARER, by a token of the Azure identity. */
    | { readonly kind: 'identity'; readonly scope: string };
}

export interface ConnectOptions {
  /** Certificate authority (PEM) beside the known ones, for a broker of one's own. */
  readonly ca?: string;
  /** Default: `DefaultAzureCredential`. */
  readonly credential?: { getToken(scope: string): Promise<{ token: string } | null> };
}

const KAFKA_PORT = 9093;
const EVENT_HUBS = /\.servicebus\.(windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)$/;

/**
 * The broker that a text means: an Event Hubs connection string (`Endpoint=sb://…`), a namespace
 * (`books.servicebus.windows.net`, by Azure identity), or a Kafka broker without a password (`127.0.0.1:9092`).
 * @throws CandlebookError INPUT_INVALID, never with the key
 */
export function brokerOf(text: string): Broker {
  if (/^Endpoint=/i.test(text.trim())) return ofConnectionString(text.trim());
  const { host, port } = hostAndPort(text);
  if (EVENT_HUBS.test(host))
    return {
      address: `${host}:${port ?? KAFKA_PORT}`,
      access: { kind: 'identity', scope: `https://${host}/.default` },
    };
  if (!host || port === undefined)
    throw new CandlebookError('INPUT_INVALID', `${JSON.stringify(text)} is no broker.`, {
      value: text,
      hint: 'Use a connection string, NAMESPACE.servicebus.windows.net, or HOST:PORT of a Kafka broker.',
    });
  return { address: `${host}:${port}`, access: { kind: 'none' } };
}

function hostAndPort(text: string): { host: string; port: string | undefined } {
  const [, host = '', port] = /^([A-Za-z0-9.-]+)(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  return { host, port };
}

function ofConnectionString(connectionString: string): Broker {
  const fields = new Map(
    connectionString
      .split(';')
      .filter(Boolean)
      .map((part) => {
        const at = part.indexOf('=');
        return [part.slice(0, at).toLowerCase(), part.slice(at + 1)] as const;
      }),
  );
  const key = fields.get('sharedaccesskey');
  if (key) keepSecret(key);
  keepSecret(connectionString);
  const { host, port } = hostAndPort(
    (fields.get('endpoint') ?? '').replace(/^sb:\/\//, '').replace(/\/$/, ''),
  );
  if (!host || !key || !fields.get('sharedaccesskeyname'))
    throw new CandlebookError('INPUT_INVALID', 'The Event Hubs connection string lacks a part.', {
      hint: 'It reads Endpoint=sb://…/;SharedAccessKeyName=…;SharedAccessKey=…, with ;EntityPath=HUB where it is of one hub.',
    });
  const hub = fields.get('entitypath');
  return {
    address: `${host}:${port ?? KAFKA_PORT}`,
    ...(hub ? { hub } : {}),
    access: { kind: 'connection-string', connectionString },
  };
}

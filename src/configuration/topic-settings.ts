import { MASK } from '../redaction/index.ts';
import { isReference, REFERENCES_ALLOWED, Secret } from '../secrets/index.ts';
import { byDefault, type InputOf, Misfit, object, oneOf, optional, type Shape, text } from './shape.ts';
import { secret } from './texts.ts';

export const TOPIC_ALLOWED = `{ "broker": ${REFERENCES_ALLOWED} of a connection string, NAMESPACE.servicebus.windows.net, or "127.0.0.1:9092" }`;

/** A connection string is a secret, the other addresses are none. */
const broker: Shape<string | Secret> = (value, path) => {
  if (value instanceof Secret) return value;
  if (typeof value === 'string' && (isReference(value) || /^Endpoint=/i.test(value)))
    return secret(value, path);
  if (typeof value === 'string' && /^[A-Za-z0-9.-]+(:\d{1,5})?$/.test(value)) return value;
  throw new Misfit(path, typeof value === 'string' ? MASK : value, TOPIC_ALLOWED);
};

const name = (what: string) => text(`the name of a ${what}`, (value) => /^[\w.-]{1,249}$/.test(value));

const settings = object({
  /** Of Event Hubs or Kafka, as `brokerOf` takes it, or a reference to a connection string. */
  broker,
  /** Default: the hub that the connection string names, or `crypto-stream`. */
  name: optional(name('topic')),
  /** Readers of one group share the symbols between them. Default: a group of its own for each run. */
  group: optional(name('group')),
  /** Where to begin where the tables hold no trade yet. */
  from: byDefault(oneOf(['latest', 'earliest', 'committed']), 'latest'),
});

export type TopicSettings = ReturnType<typeof settings>;

/** An object, or the broker alone. */
export type TopicSettingsInput = InputOf<typeof settings> | string | Secret;

export const topicSettings: Shape<TopicSettings, TopicSettingsInput> = (value, path) => {
  const topic = settings(isBroker(value) ? { broker: value } : value, path);
  if (topic.from === 'committed' && topic.group === undefined)
    throw new Misfit(`${path}.group`, undefined, 'a name, for only a group has a place to go on from');
  return topic;
};

const isBroker = (value: unknown) => typeof value === 'string' || value instanceof Secret;

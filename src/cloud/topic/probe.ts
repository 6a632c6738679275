import type { Broker, ConnectOptions } from '../kafka/broker.ts';
import { kafkaClient } from '../kafka/client.ts';
import { clientOptions } from '../kafka/client-options.ts';
import { Presence } from '../kafka/presence.ts';
import { DEFAULT_TOPIC } from '../publish/publish.ts';

export interface TopicFound {
  /** `kafka://ADDRESS/TOPIC` */
  readonly url: string;
  readonly partitions: number;
}

/**
 * Asks a broker for a topic, once. Nothing is joined, read or written.
 * @throws CandlebookError HOST_UNREACHABLE, ACCESS_DENIED, INPUT_INVALID where the topic is not there, PACKAGE_MISSING
 */
export async function findTopic(
  broker: Broker,
  topic: string = broker.hub ?? DEFAULT_TOPIC,
  options: ConnectOptions = {},
): Promise<TopicFound> {
  const kafka = await kafkaClient();
  const presence = new Presence(broker, topic);
  const client = new kafka.Base(clientOptions(broker, options, presence));
  try {
    await presence.reach(client);
    const { topics } = await client.metadata({ topics: [topic] });
    const { partitionsCount = 0 } = topics.get(topic) ?? {};
    return { url: `kafka://${broker.address}/${topic}`, partitions: partitionsCount };
  } finally {
    await client.close().catch(() => undefined);
  }
}

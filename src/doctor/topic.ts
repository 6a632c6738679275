import { brokerOf, findTopic } from '../cloud/index.ts';
import type { Settings } from '../configuration/index.ts';
import { openSecrets, Secret } from '../secrets/index.ts';
import type { Check } from './finding.ts';

/** Whether the broker lets us in, and the topic is there. Nothing is read. */
export function topicCheck({ topic, keyVault }: Settings, env: NodeJS.ProcessEnv): Check {
  return {
    name: 'Topic',
    look: async () => {
      if (!topic) return { status: 'skip', found: 'not in use: no topic is set' };
      const { broker, name } = topic;
      const secrets = openSecrets({ ...(keyVault === '' ? {} : { keyVault }), env, refreshSeconds: 0 });
      try {
        const address = broker instanceof Secret ? await secrets.get(broker) : broker;
        const { url, partitions } = await findTopic(brokerOf(address), name);
        return { status: 'ok', found: `${url} is there, with ${partitions} partitions` };
      } finally {
        secrets.close();
      }
    },
  };
}

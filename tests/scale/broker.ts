import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import { loopbackCertificate } from '../fixtures/certificate.ts';
import { jarsFromMaven } from '../fixtures/maven.ts';
import { freePort } from '../fixtures/port.ts';
import { run } from '../fixtures/step.ts';

const KAFKA = { 'org.apache.kafka:kafka_2.13': '4.1.1', 'org.slf4j:slf4j-simple': '1.7.36' };
const JAVA = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const UP_WITHIN_MS = 60_000;

export interface TestBroker {
  /** Without TLS and password. */
  readonly plain: string;
  /** As Event Hubs does it: SASL_SSL, PLAIN, user `$ConnectionString`. */
  readonly connectionString: string;
  /** Certificate authority of the TLS listener, PEM, and its file. */
  readonly ca: string;
  readonly caFile: string;
  readonly megabytes: () => Promise<number>;
  /** A further topic of four partitions. */
  addTopic(name: string): Promise<void>;
  /** Bytes a second that this client may send; what is more is throttled. */
  limit(clientId: string, bytesPerSecond: number): Promise<void>;
  /** SIGKILL: clients find nobody there. */
  kill(): Promise<void>;
  /** Comes up again with all that it had. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A real Kafka broker on loopback, with a topic of four partitions. */
export async function startBroker(folder: string, topic: string): Promise<TestBroker> {
  const jars = await jarsFromMaven(`kafka-${Object.values(KAFKA).join('-')}`, KAFKA);
  const [plain, secure, controller] = [await freePort(), await freePort(), await freePort()];
  const { key, cert } = await loopbackCertificate();
  const connectionString = `Endpoint=sb://localhost:${secure}/;SharedAccessKeyName=publisher;SharedAccessKey=bG9vcGJhY2s=;EntityPath=${topic}`;
  const properties = join(folder, 'server.properties');
  writeFileSync(
    properties,
    configuration({ folder, plain, secure, controller, key, cert, connectionString }),
  );
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, cert);
  const env = { ...process.env, CLASSPATH: join(jars, '*') + delimiter };
  const id = 'MkU3OEVBNTcwNTJENDM2Qk';
  await run('java', [...JAVA, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', properties], { env });
  const address = `127.0.0.1:${plain}`;
  let running = launch(env, properties);
  const close = () => running.kill();
  await running.until(() => hasTopic(address, topic));
  const admin = async <T>(work: (admin: Admin) => Promise<T>) => {
    const client = new Admin({ clientId: 'scale', bootstrapBrokers: [address] });
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  };
  return {
    plain: address,
    connectionString,
    ca: cert,
    caFile,
    close,
    megabytes: async () => Number((await run('ps', ['-o', 'rss=', '-p', String(running.pid)])).trim()) / 1024,
    addTopic: (name) =>
      admin(async (client) => {
        await client.createTopics({ topics: [name], partitions: 4, replicas: 1 });
      }),
    limit: (clientId, bytesPerSecond) =>
      admin(async (client) => {
        const entities = [{ entityType: 'client-id', entityName: clientId } as const];
        const ops = [{ key: 'producer_byte_rate', value: bytesPerSecond, remove: false } as const];
        await client.alterClientQuotas({ entries: [{ entities, ops }] });
      }),
    kill: close,
    async restart() {
      running = launch(env, properties);
      await running.until(() => answers(address));
    },
  };
}

/** A broker's process. */
function launch(env: NodeJS.ProcessEnv, properties: string) {
  const child = spawn('java', [...JAVA, 'kafka.Kafka', properties], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const keep = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-5_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = once(child, 'close');
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return {
    pid: child.pid,
    kill,
    async until(isUp: () => Promise<boolean>): Promise<void> {
      const deadline = performance.now() + UP_WITHIN_MS;
      while (!(await isUp())) {
        if (child.exitCode !== null || performance.now() > deadline) {
          await kill();
          throw new Error(`The broker does not come up:\n${said}`);
        }
        await sleep(250);
      }
    },
  };
}

async function answers(address: string): Promise<boolean> {
  const admin = new Admin({ clientId: 'scale', bootstrapBrokers: [address], retries: 0 });
  try {
    await admin.listTopics();
    return true;
  } catch {
    return false;
  } finally {
    await admin.close();
  }
}

/** Makes the topic, once the broker answers. */
async function hasTopic(address: string, topic: string): Promise<boolean> {
  const admin = new Admin({ clientId: 'scale', bootstrapBrokers: [address], retries: 0 });
  try {
    await admin.createTopics({ topics: [topic], partitions: 4, replicas: 1 });
    return true;
  } catch {
    return false;
  } finally {
    await admin.close();
  }
}

interface Configured {
  readonly folder: string;
  readonly plain: number;
  readonly secure: number;
  readonly controller: number;
  readonly key: string;
  readonly cert: string;
  readonly connectionString: string;
}

function configuration({
  folder,
  plain,
  secure,
  controller,
  key,
  cert,
  connectionString,
}: Configured): string {
  const pem = (text: string) => text.trim().replaceAll(/\r?\n/g, ' \\\n');
  return `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${plain},SASL_SSL://127.0.0.1:${secure},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${plain},SASL_SSL://localhost:${secure}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_$ConnectionString="${connectionString}";
ssl.keystore.type=PEM
ssl.keystore.key=${pem(key)}
ssl.keystore.certificate.chain=${pem(cert)}
log.dirs=${join(folder, 'log')}
message.max.bytes=1048576
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
offsets.topic.num.partitions=4
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=4194304
auto.create.topics.enable=false
`;
}

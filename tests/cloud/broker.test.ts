import { inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { brokerOf } from '../../src/cloud/kafka/broker.ts';
import { kafkaClient } from '../../src/cloud/kafka/client.ts';
import { clientOptions } from '../../src/cloud/kafka/client-options.ts';
import { refusal } from '../../src/cloud/kafka/refusal.ts';

const KEY = 'c2VjcmV0LXRoYXQtbm9ib2R5LXNlZXM=';
const CONNECTION = `Endpoint=sb://crypto-data-hub.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=${KEY};EntityPath=crypto-stream`;

describe('the broker that a text means', () => {
  test('a connection string: SASL_SSL by $ConnectionString at the Kafka port, and its hub', () => {
    const broker = brokerOf(CONNECTION);
    expect(broker).toMatchObject({
      address: 'crypto-data-hub.servicebus.windows.net:9093',
      hub: 'crypto-stream',
    });
    expect(clientOptions(broker)).toMatchObject({
      bootstrapBrokers: ['crypto-data-hub.servicebus.windows.net:9093'],
      tls: {},
      tlsServerName: true,
      sasl: { mechanism: 'PLAIN', username: '$ConnectionString', password: CONNECTION },
    });
  });

  test('a namespace: a token of the Azure identity, for that namespace', async () => {
    const broker = brokerOf('crypto-data-hub.servicebus.windows.net');
    const scopes: string[] = [];
    const credential = {
      getToken: async (scope: string) => {
        scopes.push(scope);
        return { token: 'token-of-the-identity' };
      },
    };
    const { sasl } = clientOptions(broker, { credential });
    expect(sasl?.mechanism).toBe('OAUTHBEARER');
    expect(await (sasl!.token as () => Promise<string>)()).toBe('token-of-the-identity');
    expect(scopes).toEqual(['https://crypto-data-hub.servicebus.windows.net/.default']);
  });

  test('host and port: a broker without TLS and password', () => {
    const options = clientOptions(brokerOf('127.0.0.1:9092'));
    expect(options.bootstrapBrokers).toEqual(['127.0.0.1:9092']);
    expect([options.tls, options.sasl]).toEqual([undefined, undefined]);
  });

  test.each(['', 'localhost', 'http://127.0.0.1:9092', 'a b:1'])(
    '%j is none, and the error says what is',
    (text) => {
      expect(() => brokerOf(text)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    },
  );

  test('a connection string that lacks a part is refused without its key', () => {
    let error: unknown;
    try {
      brokerOf(`Endpoint=sb://crypto-data-hub.servicebus.windows.net/;SharedAccessKey=${KEY}`);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'INPUT_INVALID' });
    expect(inspect(error)).not.toContain(KEY);
  });
});

test('a broker that is away for long is asked more seldom, as the client keeps what each attempt met', () => {
  const failed = vi.fn();
  const { retryDelay } = clientOptions(brokerOf('127.0.0.1:9092'), {}, { failed });
  const error = new Error('connect ECONNREFUSED');
  const after = (attempt: number) =>
    (retryDelay as Exclude<typeof retryDelay, number | undefined>)(
      {},
      'fetch',
      attempt,
      Number.POSITIVE_INFINITY,
      error,
    );
  expect([after(1), after(240), after(241)]).toEqual([500, 500, 10_000]);
  expect(failed.mock.calls).toEqual([[error], [error], [error]]);
});

describe('what goes wrong with a broker', () => {
  const broker = brokerOf(CONNECTION);
  const inner = (message: string) => new AggregateError([new Error(message)], 'produce failed 61 times.');

  test.each([
    ['SASL authentication failed.', 'ACCESS_DENIED'],
    ['UNKNOWN_TOPIC_OR_PARTITION', 'INPUT_INVALID'],
    ['connect ECONNREFUSED', 'HOST_UNREACHABLE'],
  ])('%s is %s', (message, code) => {
    const error = refusal(inner(message), broker, 'crypto-stream');
    expect(error).toMatchObject({ code });
    expect(error.hint).toBeTruthy();
  });

  test('a key in the cause is not printed', () => {
    const error = refusal(inner(`refused ${CONNECTION}`), broker, 'crypto-stream');
    expect(inspect(error)).not.toContain(KEY);
  });
});

test('where the client is absent, the error names the package and its version', async () => {
  const absent = Object.assign(new Error("Cannot find package '@platformatic/kafka'"), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
  await expect(kafkaClient(() => Promise.reject(absent))).rejects.toMatchObject({
    code: 'PACKAGE_MISSING',
    hint: expect.stringContaining('npm install @platformatic/kafka@2.12.1'),
  });
});

import { CandlebookError } from '../../market/index.ts';
import type { Broker } from './broker.ts';

/** What went wrong with a broker, as an error that says what to do. */
export function refusal(cause: unknown, { address }: Broker, topic: string): CandlebookError {
  if (cause instanceof CandlebookError) return cause;
  const found = messagesOf(cause);
  const text = found.join(' ');
  if (/SASL|authenticat/i.test(text))
    return new CandlebookError('ACCESS_DENIED', `${address} refuses this identity: ${found.at(-1)}`, {
      value: address,
      hint: 'See that the key is the current one and may Send (or Listen), and that the namespace is of the Standard tier or above.',
      cause,
    });
  if (/UNKNOWN_TOPIC|unknown topic|does not host this topic/i.test(text))
    return new CandlebookError('INPUT_INVALID', `${address} has no topic ${JSON.stringify(topic)}.`, {
      value: topic,
      hint: 'Create the event hub (4 partitions), or give another --topic.',
      cause,
    });
  if (/_AUTHORIZATION_FAILED/.test(text))
    return new CandlebookError('ACCESS_DENIED', `${address} does not let it into ${topic}: ${found.at(-1)}`, {
      value: topic,
      hint: 'Give this identity Azure Event Hubs Data Sender (to publish) or Receiver (to read), or the key Send or Listen.',
      cause,
    });
  return new CandlebookError('HOST_UNREACHABLE', `${address} does not take it: ${found.at(-1)}`, {
    value: address,
    hint: 'See that the broker runs and that this network lets TCP port 9093 (Event Hubs) out.',
    cause,
  });
}

/** Words of the protocol by which a broker says that asking again is of no use. */
const FINAL =
  /\b(?:MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE|INVALID_\w+|UNSUPPORTED_\w+|\w+_AUTHORIZATION_FAILED|SASL_AUTHENTICATION_FAILED|SECURITY_DISABLED|POLICY_VIOLATION): /;
/** Of a producer that the broker has forgotten or mistakes for another: a new one goes on. */
const PRODUCER = /\bINVALID_PRODUCER_(?:EPOCH|ID_MAPPING): /g;

/** Whether a failure of one that was let in before may pass: all that the broker does not refuse for good. */
export function mayPass(error: unknown): boolean {
  if (error instanceof CandlebookError) return false;
  return !FINAL.test(messagesOf(error).join('\n').replaceAll(PRODUCER, ''));
}

/** Whether the broker takes only smaller requests. */
export function isTooLarge(error: unknown): boolean {
  return /\b(?:MESSAGE|RECORD_LIST)_TOO_LARGE: /.test(messagesOf(error).join('\n'));
}

/** The messages of an error, of those that it gathers and of their causes, outermost first. */
export function messagesOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const { errors = [], cause, apiId } = error as { errors?: unknown[]; cause?: unknown; apiId?: string };
  return [
    apiId ? `${apiId}: ${error.message}` : error.message,
    ...messagesOf(errors.at(-1), depth + 1),
    ...messagesOf(cause, depth + 1),
  ];
}

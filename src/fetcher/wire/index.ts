import { isUtf8 } from 'node:buffer';
import { CandlebookError } from '../../market/index.ts';
import { scanFrame } from './fast.ts';
import { type Message, parseFrame } from './plain.ts';

export { type ControlAnswer, type Message, parseFrame, type ServerShutdown } from './plain.ts';

/**
 * One frame as it came from the socket, the bytes from `begin` to `end`, as a typed event; `undefined` for an event kind that is not known here.
 *
 * @param keepText trades and aggregates carry the exchange's own text of price and quantity
 * @throws CandlebookError RESPONSE_INVALID naming the field or showing the start of the text
 */
export function readFrame(
  bytes: Buffer,
  keepText = false,
  begin = 0,
  end = bytes.length,
): Message | undefined {
  const event = keepText ? undefined : scanFrame(bytes, begin, end);
  return event ?? readPlainly(bytes.subarray(begin, end), keepText);
}

function readPlainly(frame: Buffer, keepText: boolean): Message | undefined {
  if (!isUtf8(frame)) {
    const value = JSON.stringify(frame.subarray(0, 80).toString('latin1'));
    throw new CandlebookError('RESPONSE_INVALID', `A frame is not UTF-8 text: ${value}.`, { value });
  }
  return parseFrame(frame.toString(), keepText);
}

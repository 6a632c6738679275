/** A whole unmasked WebSocket text frame (RFC 6455, 5.2), for when only a part of one is to be sent. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), payload]);
  if (length < 0x10000) return Buffer.concat([Buffer.from([0x81, 126, length >> 8, length & 255]), payload]);
  const header = Buffer.alloc(10);
  header[0] = 0x81;
  header[1] = 127;
  header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

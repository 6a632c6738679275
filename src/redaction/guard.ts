import { redact } from './redact.ts';

interface Writable {
  write: (chunk: string | Uint8Array, ...rest: never[]) => boolean;
}

/** From now on, texts that are written there go through the redactor, whoever writes them. */
export function guardOutput(...streams: Writable[]): void {
  for (const stream of streams) {
    const write = stream.write.bind(stream);
    stream.write = (chunk, ...rest) => write(typeof chunk === 'string' ? redact(chunk) : chunk, ...rest);
  }
}

import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { FRAMES } from '../../fixtures/frames.ts';
import { sharedDataPath } from '../../fixtures/shared-data.ts';

/** Frames of the exchange by kind of stream: `trade`, `depth@100ms` and so on. */
export interface Frames {
  readonly byStream: ReadonlyMap<string, readonly string[]>;
  /** Where they come from, for the report. */
  readonly origin: string;
}

const FILES = ['btcusdt_20240808.gz', 'ethusdt_20240808.gz'].map((name) => `capture-2024-08/${name}`);

/** The recorded frames, as far as they lie beside the checkout, and one of each kind that was not recorded. */
export function benchFrames(): Frames {
  const recorded = FILES.map(sharedDataPath).filter((file) => existsSync(file));
  const lines = recorded.flatMap((file) => gunzipSync(readFileSync(file)).toString().split('\n'));
  const byStream = grouped(lines.map((line) => line.slice(line.indexOf(' ') + 1)));
  for (const [stream, frames] of grouped(Object.values(FRAMES)))
    if (!byStream.has(stream)) byStream.set(stream, frames);
  const origin =
    recorded.length > 0
      ? `recorded from Binance (${FILES.join(', ')}), other kinds as documented`
      : 'as documented (no recording beside the checkout)';
  return { byStream, origin };
}

function grouped(frames: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const frame of frames) {
    const [, stream] = /^\{"stream":"[^"]*?@([^"]*)"/.exec(frame) ?? [];
    if (stream === undefined) continue;
    const group = groups.get(stream);
    if (group) group.push(frame);
    else groups.set(stream, [frame]);
  }
  return groups;
}

import { brotliDecompressSync, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { CompressionCodec, Compressors } from 'hyparquet';
import { CandlebookError } from '../../market/index.ts';

type Packers = Partial<Record<CompressionCodec, (input: Uint8Array) => Uint8Array>>;

let shared: Promise<{ pack: Packers; unpack: Compressors }> | undefined;

/** Snappy by WebAssembly, instantiated once; the rest is in Node itself. */
function codecs() {
  shared ??= import('hysnappy').then(({ snappyCompressor, snappyUncompressor }) => {
    const snappy = snappyUncompressor();
    return {
      pack: {
        SNAPPY: snappyCompressor(),
        ZSTD: (input) => zstdCompressSync(input),
        GZIP: (input) => gzipSync(input),
      },
      unpack: {
        SNAPPY: (input, size) => snappy(input, size),
        ZSTD: (input) => zstdDecompressSync(input),
        GZIP: (input) => gunzipSync(input),
        BROTLI: (input) => brotliDecompressSync(input),
      },
    };
  });
  return shared;
}

export async function compressors(): Promise<Packers> {
  return (await codecs()).pack;
}

/** @throws CandlebookError TABLE_UNSUPPORTED naming a codec that is none of ours */
export async function decompressors(used: ReadonlySet<CompressionCodec>): Promise<Compressors> {
  const { unpack } = await codecs();
  const all = used.has('LZ4') || used.has('LZ4_RAW') ? { ...unpack, ...(await lz4()) } : unpack;
  const strange = [...used].find((codec) => codec !== 'UNCOMPRESSED' && !all[codec]);
  if (strange === undefined) return all;
  throw new CandlebookError('TABLE_UNSUPPORTED', `The table has files that are compressed with ${strange}.`, {
    value: strange,
    hint: 'Have their writer write them anew with zstd or snappy.',
  });
}

/** Seldom met, and so loaded when it is. */
async function lz4(): Promise<Compressors> {
  const { decompressLz4, decompressLz4Raw } = await import('hyparquet-compressors');
  return { LZ4: decompressLz4, LZ4_RAW: decompressLz4Raw };
}

const CODECS: Record<string, CompressionCodec> = {
  zstd: 'ZSTD',
  snappy: 'SNAPPY',
  gzip: 'GZIP',
  uncompressed: 'UNCOMPRESSED',
  none: 'UNCOMPRESSED',
};

/** The codec that table property `delta.parquet.compression.codec` asks for; zstd where it is silent. */
export function codecOf(configuration: Readonly<Record<string, string>>): CompressionCodec {
  const name = configuration['delta.parquet.compression.codec'] ?? 'zstd';
  const codec = CODECS[name.toLowerCase()];
  if (codec) return codec;
  throw new CandlebookError('TABLE_UNSUPPORTED', `The table asks for the compression codec ${name}.`, {
    value: name,
    hint: `Set delta.parquet.compression.codec to one of ${Object.keys(CODECS).join(', ')}.`,
  });
}

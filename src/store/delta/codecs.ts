import { brotliDecompressSync, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { CompressionCodec, Compressors } from 'hyparquet';
import { CandlebookError } from '../../market/index.ts';

/** Decompressors by codec; snappy by WebAssembly, the rest is in Node itself. */
export async function decompressors(): Promise<Compressors> {
  const { snappyUncompressor } = await import('hysnappy');
  const snappy = snappyUncompressor();
  return {
    SNAPPY: (input, size) => snappy(input, size),
    ZSTD: (input) => zstdDecompressSync(input),
    GZIP: (input) => gunzipSync(input),
    BROTLI: (input) => brotliDecompressSync(input),
  };
}

/** Compressors by codec. */
export async function compressors(): Promise<
  Partial<Record<CompressionCodec, (input: Uint8Array) => Uint8Array>>
> {
  const { snappyCompressor } = await import('hysnappy');
  return {
    SNAPPY: snappyCompressor(),
    ZSTD: (input) => zstdCompressSync(input),
    GZIP: (input) => gzipSync(input),
  };
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

import { type Fault, startLoopbackAdls } from '../adls/server.ts';

const FAULTS: Fault[] = [
  { breakAfter: true },
  { breakBefore: true },
  { status: 503, code: 'ServerBusy' },
  { status: 429, code: 'TooManyRequests' },
];

/**
 * A storage account on loopback on which one request in thirty fails, each in another way, until `heal` is called.
 */
export async function withFaultyAdls<T>(
  work: (location: string, heal: () => void) => Promise<T>,
): Promise<T> {
  const adls = await startLoopbackAdls();
  let count = 0;
  adls.fault = () => (++count % 30 === 0 ? FAULTS[(count / 30) % FAULTS.length] : undefined);
  const before = process.env.AZURE_STORAGE_CONNECTION_STRING;
  process.env.AZURE_STORAGE_CONNECTION_STRING = adls.connectionString;
  try {
    return await work('abfss://tables@lake.dfs.core.windows.net/chaos', () => {
      adls.fault = undefined;
    });
  } finally {
    if (before === undefined) delete process.env.AZURE_STORAGE_CONNECTION_STRING;
    else process.env.AZURE_STORAGE_CONNECTION_STRING = before;
    await adls.close();
  }
}

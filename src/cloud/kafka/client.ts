import { CandlebookError } from '../../market/index.ts';

export type Kafka = typeof import('@platformatic/kafka');

const PACKAGE = '@platformatic/kafka';
const VERSION = '2.12.1';

/** The Kafka client, loaded at the first call. @throws CandlebookError PACKAGE_MISSING */
export async function kafkaClient(
  load: () => Promise<Kafka> = () => import('@platformatic/kafka'),
): Promise<Kafka> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    const absent = /MODULE_NOT_FOUND$/.test(code ?? '') && message.includes(PACKAGE);
    throw new CandlebookError(
      'PACKAGE_MISSING',
      absent ? `${PACKAGE} is not installed.` : `${PACKAGE} could not be loaded: ${message}`,
      {
        value: PACKAGE,
        hint: `Event Hubs and Kafka need it, and Node 22.22 or 24.6 and newer: npm install ${PACKAGE}@${VERSION}.`,
        cause,
      },
    );
  }
}

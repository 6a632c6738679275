import { CandlebookError } from '../../market/index.ts';
import { StreamSocket } from './socket.ts';

/**
 * Connects to an exchange's streams, asks which of them it carries (none) and waits for that frame: what a run needs of the
 * way there and back, whatever the market does.
 *
 * @returns ms from the beginning to the frame
 * @throws CandlebookError HOST_UNREACHABLE, also where no frame comes within `withinMs`; what a handshake can meet
 */
export async function probeStream(wsUrl: string, withinMs: number): Promise<number> {
  const began = performance.now();
  let end = async () => {};
  try {
    return await new Promise((resolve, reject) => {
      const socket = new StreamSocket(`${wsUrl}/ws`, [], {
        opened: () => socket.send({ method: 'LIST_SUBSCRIPTIONS', params: [], id: 1 }),
        frame: () => resolve(performance.now() - began),
        stale: () => undefined,
        closed: ({ failure, reason }) => reject(failure ?? silent(wsUrl, reason)),
      });
      const late = setTimeout(() => reject(silent(wsUrl, `no frame within ${withinMs} ms`)), withinMs);
      end = () => {
        clearTimeout(late);
        return socket.close();
      };
    });
  } finally {
    await end();
  }
}

function silent(wsUrl: string, reason: string): CandlebookError {
  return new CandlebookError('HOST_UNREACHABLE', `${wsUrl} sends nothing: ${reason}.`, {
    value: wsUrl,
    hint: 'Let WebSocket connections through the proxy or firewall; polling (refresh 5, 15 or 30) does without them.',
  });
}

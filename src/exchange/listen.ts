import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CandlebookError } from '../market/index.ts';

/** Binds a server; tells its port. @throws CandlebookError PORT_IN_USE */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(asPortError(error, port, host)));
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

function asPortError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return error;
  const reason = error.code === 'EACCES' ? 'needs administrator rights' : 'is in use by another program';
  return new CandlebookError('PORT_IN_USE', `Port ${port} on ${host} ${reason}.`, {
    value: port,
    hint: 'End that program, choose another port, or use port 0 to take any free one.',
    cause: error,
  });
}

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CandlebookError } from '../market/index.ts';

/** Opens a server's port. @returns the port, also where 0 was asked for. @throws CandlebookError PORT_IN_USE */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(asPortError(error, port, host));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

function asPortError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new CandlebookError('INPUT_INVALID', `${host} is no address of this machine.`, {
      value: host,
      hint: 'Use 127.0.0.1, 0.0.0.0 for all addresses, or one that this machine has.',
      cause: error,
    });
  }
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return error;
  const reason = error.code === 'EACCES' ? 'needs administrator rights' : 'is in use by another program';
  return new CandlebookError('PORT_IN_USE', `Port ${port} on ${host} ${reason}.`, {
    value: port,
    hint: 'End that program, choose another port, or use port 0 to take any free one.',
    cause: error,
  });
}

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A TCP port that nothing listens on now. */
export async function freePort(): Promise<number> {
  return probe(0);
}

/** Throws an error that says what to do if something listens on the port. */
export async function requireFreePort(port: number, variable: string): Promise<void> {
  await probe(port).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${error.code})`;
    throw new Error(`port ${port} ${why}: stop what listens there, or choose another one with ${variable}=<port>`);
  });
}

async function probe(port: number): Promise<number> {
  const server = createServer().listen(port);
  await once(server, 'listening');
  const { port: found } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return found;
}

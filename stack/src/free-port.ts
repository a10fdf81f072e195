import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A TCP port that nothing listens on now. It lies below those that systems give to outgoing connections, so that none
 * of them takes it while its owner restarts.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    if (await probe(port).then(isTrue, isFalse)) return port;
  }
}

/** Throws an error that says what to do if something listens on the port. */
export async function requireFreePort(port: number, variable: string): Promise<void> {
  await probe(port).catch((error: NodeJS.ErrnoException) => {
    const why =
      error.code === 'EADDRINUSE' ? 'is taken: stop what listens there, or' : `cannot be used (${error.code}):`;
    throw new Error(`port ${port} ${why} choose another one with ${variable}=<port>`);
  });
}

async function probe(port: number): Promise<void> {
  const server = createServer().listen(port);
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

const isTrue = () => true;
const isFalse = () => false;

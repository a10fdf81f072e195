import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isReady } from './readiness.ts';

export interface Gateway {
  url: string;
  /** Stops to listen and cuts what is open. */
  close(): Promise<void>;
}

/** How often each replica is asked whether it is ready. */
const checkIntervalMs = 300;
/** One check may fail for many reasons. A replica that does not even accept a connection is passed over anyway. */
const failuresToBeUnready = 2;

/**
 * One port for several replicas: a connection goes to the next of those that are ready, and on to another one only
 * while none has accepted it. What was sent is never sent again.
 */
export async function startGateway(port: number, replicaPorts: number[]): Promise<Gateway> {
  const open = new Set<Socket>();
  const unready = new Set<number>();
  const closing = new AbortController();
  let turn = 0;

  function forward(client: Socket, triesLeft: number): void {
    const replica = connect({ port: nextPort(), host: '127.0.0.1', allowHalfOpen: true });
    const tryNext = () => {
      if (triesLeft > 1 && !client.destroyed) forward(client, triesLeft - 1);
      else client.destroy();
    };
    replica.once('error', tryNext);
    replica.once('connect', () => {
      replica.off('error', tryNext);
      join(client, replica);
    });
    client.once('close', () => replica.destroy());
  }

  function nextPort(): number {
    // Where none is ready any may be asked: it says better why.
    const ready = replicaPorts.filter((candidate) => !unready.has(candidate));
    const candidates = ready.length > 0 ? ready : replicaPorts;
    turn += 1;
    return candidates[turn % candidates.length] as number;
  }

  async function keepChecking(replicaPort: number): Promise<void> {
    let failures = 0;
    while (!closing.signal.aborted) {
      failures = (await isReady(`http://127.0.0.1:${replicaPort}`)) ? 0 : failures + 1;
      if (failures === 0) unready.delete(replicaPort);
      else if (failures === failuresToBeUnready) unready.add(replicaPort);
      await sleep(checkIntervalMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  }

  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    open.add(client);
    client.on('error', () => client.destroy());
    client.once('close', () => open.delete(client));
    forward(client, replicaPorts.length);
  });
  server.listen(port);
  await once(server, 'listening');
  for (const replicaPort of replicaPorts) void keepChecking(replicaPort);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      closing.abort();
      server.close();
      for (const client of open) client.destroy();
      await once(server, 'close');
    },
  };
}

function join(client: Socket, replica: Socket): void {
  replica.on('error', () => client.destroy());
  client.pipe(replica);
  replica.pipe(client);
}

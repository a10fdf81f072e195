import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Gateway {
  url: string;
  /** Stops to listen and cuts what is open. */
  close(): Promise<void>;
}

/**
 * One port for several replicas: a connection goes to the next of them in turn, and on to another one only while none
 * has accepted it. What was sent is never sent again.
 */
export async function startGateway(port: number, replicaPorts: number[]): Promise<Gateway> {
  const open = new Set<Socket>();
  let turn = 0;

  function forward(client: Socket, triesLeft: number): void {
    const replica = connect({ port: nextPort(), host: '127.0.0.1', allowHalfOpen: true });
    const giveUp = () => void client.destroy();
    const tryNext = () => (triesLeft > 1 && !client.destroyed ? forward(client, triesLeft - 1) : giveUp());
    replica.once('error', tryNext);
    replica.once('connect', () => {
      replica.off('error', tryNext);
      join(client, replica);
    });
    client.once('close', () => replica.destroy());
  }

  function nextPort(): number {
    turn = (turn + 1) % replicaPorts.length;
    return replicaPorts[turn] as number;
  }

  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    open.add(client);
    client.on('error', () => client.destroy());
    client.once('close', () => open.delete(client));
    forward(client, replicaPorts.length);
  });
  server.listen(port);
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close();
      for (const client of open) client.destroy();
      await once(server, 'close');
    },
  };
}

function join(client: Socket, replica: Socket): void {
  replica.on('error', () => client.destroy());
  // A reset ends no pipe: without this the client would wait for an answer from nobody.
  replica.once('close', (hadError) => hadError && client.destroy());
  client.pipe(replica);
  replica.pipe(client);
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface PostgresForwarder {
  /** The URL with this forwarder in place of its host and port. */
  url: string;
  /** Cuts every connection and refuses new ones, as a Postgres that starts does, until it is switched on again. */
  switchOff(): void;
  switchOn(): void;
  /** Holds the answers on each connection back, from the first on that has this text in it. */
  holdAnswers(from: string): void;
  /** Lets what is held back through, and everything from now on. */
  letThrough(): void;
  close(): Promise<void>;
}

/**
 * A port in front of the Postgres that the URL names, so that it can be away without being stopped.
 * @param onRefused called for each connection that is refused
 */
export async function startPostgresForwarder(
  target: string,
  onRefused: () => void = () => {},
): Promise<PostgresForwarder> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let on = true;
  let heldFrom: string | undefined;
  const held: (() => void)[] = [];
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const server = createServer((incoming) => {
    keep(incoming);
    if (!on) {
      incoming.once('data', () => incoming.end(startingUp()));
      return onRefused();
    }
    const outgoing = connect(Number(port), hostname);
    keep(outgoing);
    incoming.pipe(outgoing);
    let holding = false;
    outgoing.on('data', (chunk: Buffer) => {
      holding = heldFrom !== undefined && (holding || chunk.includes(heldFrom));
      if (holding) held.push(() => incoming.write(chunk));
      else incoming.write(chunk);
    });
    incoming.once('close', () => outgoing.destroy());
    outgoing.once('close', () => incoming.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const url = new URL(target);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    switchOff() {
      on = false;
      cut();
    },
    switchOn() {
      on = true;
    },
    holdAnswers(from) {
      heldFrom = from;
    },
    letThrough() {
      heldFrom = undefined;
      for (const write of held.splice(0)) write();
    },
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}

/** The message that Postgres refuses a connection with before it is ready: 57P03, cannot connect now. */
function startingUp(): Buffer {
  const fields = 'SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0';
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, Buffer.from(fields)]);
}

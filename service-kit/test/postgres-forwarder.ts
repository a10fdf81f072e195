import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface PostgresForwarder {
  /** The URL with this forwarder in place of its host and port. */
  url: string;
  /** How many connections were asked for so far. */
  accepted(): number;
  /**
   * Cuts every connection, and until it is switched on again refuses new ones as a Postgres that starts does, closes them
   * at once, or takes them and never says a word.
   */
  switchOff(how?: 'refuse' | 'close' | 'mute'): void;
  switchOn(): void;
  /** Holds the answers on each connection back, from the first on that has this text in it. */
  holdAnswers(from: string): void;
  /**
   * Cuts the connection at the message with this number, from 1 on, of those that clients send from now on: before it is
   * passed on, or after, and without its answer.
   */
  cutAtMessage(number: number, passedOn: boolean): void;
  /** Sends the next answer that has this text in it up to its end only, and cuts the connection. */
  cutAfter(text: string): void;
  /** Cuts connections in the middle of this share of the answers, from 0 to 1. */
  cutShare(share: number): void;
  /** Changes one bit of the next answer. */
  garble(): void;
  /** Ends every connection, in good order or not. */
  endAll(): void;
  resetAll(): void;
  /** Lets each answer wait for this long. */
  delayAnswers(ms: number): void;
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
  let mode: 'on' | 'refuse' | 'close' | 'mute' = 'on';
  let accepted = 0;
  let heldFrom: string | undefined;
  let cutFrom: string | undefined;
  let share = 0;
  let garbles = false;
  let delayMs = 0;
  let messagesLeft = Number.POSITIVE_INFINITY;
  let passesOn = false;
  const held: (() => void)[] = [];
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const clients = new Set<Socket>();
  const forEachIncoming = (act: (socket: Socket) => void) => {
    for (const client of clients) act(client);
  };
  const server = createServer((incoming) => {
    accepted += 1;
    keep(incoming);
    clients.add(incoming);
    incoming.once('close', () => clients.delete(incoming));
    if (mode === 'close') return void incoming.end();
    if (mode === 'mute') return void incoming.resume();
    if (mode === 'refuse') {
      incoming.once('data', () => incoming.end(startingUp()));
      return onRefused();
    }
    const outgoing = connect(Number(port), hostname);
    keep(outgoing);
    incoming.on('data', (chunk: Buffer) => {
      messagesLeft -= 1;
      if (messagesLeft !== 0) return void outgoing.write(chunk);
      incoming.destroy();
      // What was passed on is carried out, though nobody hears of it.
      if (passesOn) outgoing.end(chunk);
      else outgoing.destroy();
    });
    incoming.once('end', () => outgoing.end());
    let holding = false;
    outgoing.on('data', (chunk: Buffer) => {
      if (cutFrom !== undefined && chunk.includes(cutFrom)) {
        incoming.end(chunk.subarray(0, chunk.indexOf(cutFrom) + cutFrom.length));
        cutFrom = undefined;
        return;
      }
      if (Math.random() < share) return void incoming.end(chunk.subarray(0, chunk.length / 2));
      if (garbles) chunk[chunk.length - 1] = (chunk[chunk.length - 1] ?? 0) ^ 1;
      garbles = false;
      holding = heldFrom !== undefined && (holding || chunk.includes(heldFrom));
      if (holding) held.push(() => incoming.write(chunk));
      else if (delayMs > 0) setTimeout(() => incoming.write(chunk), delayMs);
      else incoming.write(chunk);
    });
    incoming.once('close', () => outgoing.writableEnded || outgoing.destroy());
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
    accepted: () => accepted,
    switchOff(how = 'refuse') {
      mode = how;
      cut();
    },
    switchOn() {
      mode = 'on';
    },
    holdAnswers(from) {
      heldFrom = from;
    },
    cutAtMessage(number, passedOn) {
      messagesLeft = number;
      passesOn = passedOn;
    },
    cutAfter(text) {
      cutFrom = text;
    },
    cutShare(wanted) {
      share = wanted;
    },
    garble() {
      garbles = true;
    },
    endAll: () => forEachIncoming((socket) => socket.end()),
    resetAll: () => forEachIncoming((socket) => socket.resetAndDestroy()),
    delayAnswers(ms) {
      delayMs = ms;
    },
    letThrough() {
      delayMs = 0;
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

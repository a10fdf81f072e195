import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  body: string;
}

export interface HttpConnection {
  /** Resolves once it is there. Rejects if it is refused. */
  opened: Promise<void>;
  /** Sends one request; the next one only after its answer. Rejects if the connection ends before. */
  send(request: Buffer): Promise<Answer>;
  close(): void;
}

/** The bytes of a POST with a JSON body. */
export function encodePost(url: URL, body: object, headers: Record<string, string> = {}): Buffer {
  const text = JSON.stringify(body);
  const fields = {
    host: url.host,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${url.pathname} HTTP/1.1\r\n${lines.join('')}\r\n${text}`);
}

/**
 * One connection that is kept alive, for a closed loop. It reads no more of HTTP than these services write: answers with
 * a `content-length`. That costs a fraction of a whole client, which would load the machine that it measures.
 */
export function openConnection(url: URL): HttpConnection {
  const socket: Socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
  let received = '';
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  const fail = (error: Error) => {
    waiting?.reject(error);
    waiting = undefined;
    socket.destroy();
  };
  // One character for each byte, so that lengths are lengths in bytes.
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
    try {
      const answer = readAnswer(received);
      if (!answer) return;
      received = '';
      const { resolve } = waiting ?? {};
      waiting = undefined;
      resolve?.(answer);
    } catch (error) {
      fail(error as Error);
    }
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the connection was closed')));
  const opened = once(socket, 'connect').then(() => {});
  // Where nobody waits for it, the request tells.
  opened.catch(() => {});
  return {
    opened,
    send: (request) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('the connection is closed'));
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

/** Undefined while it is not whole. Throws if it is not what such a service answers. */
export function readAnswer(received: string): Answer | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = received.slice(0, headEnd);
  const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (!status || !length) throw new Error(`an answer that cannot be read: ${head}`);
  const bodyStart = headEnd + 4;
  const bodyEnd = bodyStart + Number(length);
  if (received.length < bodyEnd) return undefined;
  if (received.length > bodyEnd) throw new Error('more was answered than asked');
  return { status: Number(status), body: Buffer.from(received.slice(bodyStart), 'latin1').toString() };
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './storm-random.ts';

interface RecordedRequest {
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface RequestRecorder {
  name: string;
  port: number;
  /** Delivers this many of the requests once more, chosen by chance, whatever they are answered. */
  deliverAgain(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Of the requests that come: as a mesh does that repeats what it saw no answer to. */
const repeatedShare = 0.1;

/** A port of this machine that leads to an HTTP service, and delivers some of its POSTs twice, as a network may. */
export async function startRequestRecorder(
  name: string,
  targetPort: number,
  random: Random,
  onRepeated: () => void,
): Promise<RequestRecorder> {
  const recorded: RecordedRequest[] = [];

  function deliver({ path, headers, body }: RecordedRequest, method = 'POST') {
    const delivered = sendRequest({ port: targetPort, host: '127.0.0.1', path, method, headers });
    delivered.end(body);
    return delivered;
  }

  async function repeat(one: RecordedRequest): Promise<void> {
    onRepeated();
    const delivered = deliver(one).on('response', (answer) => answer.resume());
    await once(delivered, 'close').catch(() => {});
  }

  const server = createServer({ keepAliveTimeout: 65_000 }, async (request, response) => {
    const { url: path = '/', headers, method } = request;
    const body = await buffer(request).catch(() => undefined);
    if (!body) return;
    const one = { path, headers, body };
    deliver(one, method)
      .on('error', () => response.destroy())
      .on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on('error', () => response.destroy()).pipe(response);
      });
    if (method !== 'POST') return;
    recorded.push(one);
    if (random.draw() < repeatedShare) void sleep(random.between(0, 1_000)).then(() => repeat(one));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    name,
    port: (server.address() as AddressInfo).port,
    async deliverAgain(count) {
      for (let turn = 0; turn < count && recorded.length > 0; turn += 1) await repeat(random.pick(recorded));
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

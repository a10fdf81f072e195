import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface Webhook {
  url: string;
  /** What arrived so far. */
  messages: unknown[];
  /** The first message, once there is one. */
  next(): Promise<unknown>;
  close(): Promise<void>;
}

/** An HTTP server that keeps what is posted to it. */
export async function startWebhook(): Promise<Webhook> {
  const messages: unknown[] = [];
  const server = createServer(async (request, response) => {
    messages.push(await json(request));
    response.end();
    server.emit('message');
  }).listen(0);
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    messages,
    async next() {
      if (messages.length === 0) await once(server, 'message');
      return messages[0];
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';

export interface HttpServer {
  url: string;
  /** Accepts nothing new, lets the requests under way end for up to `timeoutMs`, then cuts them. */
  close(timeoutMs: number): Promise<void>;
}

/**
 * How long a request may take to arrive, its body included; how long its answer takes does not matter. Bodies are at
 * most 16 kB: one that takes longer holds a connection for nothing. The gateway waits as long for a silent client.
 */
const receiveTimeoutMs = 30_000;

/** Node looks for late requests only so often: every 30 s unless told otherwise, which could double the timeout. */
const receiveCheckIntervalMs = 1_000;

/**
 * Listens on every interface; port 0 takes a free one. A request that has not arrived after `requestTimeout` ms is
 * answered with 408, and its connection is closed.
 * @throws the system's error (`EADDRINUSE`, `EACCES`) when the port cannot be had
 */
export async function listen(
  handle: RequestListener,
  port: number,
  requestTimeout = receiveTimeoutMs,
): Promise<HttpServer> {
  const options = {
    // Longer than any client of ours keeps an idle connection, so that none is closed just as it is used again.
    keepAliveTimeout: 65_000,
    requestTimeout,
    connectionsCheckingInterval: receiveCheckIntervalMs,
  };
  const server = createServer(options, handle);
  // Node would have 511 connections wait to be accepted, the system has its own limit; what finds no place waits for
  // seconds before it tries again.
  server.listen({ port, backlog: 4096 });
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(timeoutMs) {
      await acceptWaiting();
      server.close();
      const cut = setTimeout(() => server.closeAllConnections(), timeoutMs);
      // A connection whose last answer goes out now is idle only then, and would be kept for the next request.
      const sweep = setInterval(() => server.closeIdleConnections(), 20);
      await once(server, 'close');
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}

/**
 * What waits to be accepted is accepted once in a turn of the event loop, and what comes after that is reset by closing: so
 * this waits for a turn, and under load up to a second for one that is so short that hardly anything comes in it.
 */
async function acceptWaiting(): Promise<void> {
  const giveUpAt = performance.now() + 1_000;
  for (let turnMs = Number.POSITIVE_INFINITY; turnMs > 0.2 && performance.now() < giveUpAt; ) {
    const startedAt = performance.now();
    await setImmediate();
    turnMs = performance.now() - startedAt;
  }
}

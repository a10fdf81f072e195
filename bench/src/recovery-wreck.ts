import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { freePort } from 'stack/free-port';
import { defineServiceProcess } from 'stack/service-process';
import { participantUrls } from 'stack/stack';
import { evenLoad } from './comparison.ts';
import { runLoad } from './load.ts';
import type { Systems } from './systems.ts';

/** Leaves so many sagas as a kill leaves them: begun by a process that was waiting for payment when it died. */
export async function leaveUnfinished({ ours, databases, started }: Systems, count: number): Promise<void> {
  const payment = await startSilentServer();
  const doomed = defineServiceProcess({
    name: 'doomed-order-service',
    program: 'order-service/dist/main.js',
    port: await freePort(),
    env: {
      NODE_ENV: 'production',
      LOG_LEVEL: 'error',
      DATABASE_URL: databases.order.url('order'),
      ...participantUrls({ ...ours.services, payment }),
      MAX_SAGAS_IN_FLIGHT: '100000',
      ACTION_TIMEOUT_MS: '3600000',
    },
  });
  started.push(doomed);
  try {
    await doomed.start();
    const plan = { ...evenLoad('happy'), orderUrl: doomed.url, respondAsync: true };
    await runLoad({ ...plan, pace: { clients: 64 }, until: { orders: count } });
  } finally {
    await doomed.signal('SIGKILL');
    payment.close();
  }
}

/** Takes connections, and never answers. */
async function startSilentServer() {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

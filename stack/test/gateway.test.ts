import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../src/free-port.ts';
import { type Gateway, startGateway } from '../src/gateway.ts';
import { sendRequest } from '../src/http-request.ts';
import { waitUntil } from '../src/wait-until.ts';

interface Replica {
  port: number;
  /** How many checks have come. */
  checks: number;
  close(): void;
}

const closing: { close(): unknown }[] = [];
afterEach(() => Promise.all(closing.splice(0).map((open) => open.close())));

/** Answers with its port, and each check, the first of which is number 1, as it is told to. */
async function startReplica(answerCheck: (response: ServerResponse, check: number) => void): Promise<Replica> {
  const server = createServer((request, response) => {
    if (request.url !== '/readyz') response.end(JSON.stringify({ port: replica.port }));
    else answerCheck(response, ++replica.checks);
  });
  server.listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  const replica: Replica = { port, checks: 0, close };
  closing.push(replica);
  return replica;
}

async function openGateway(...replicas: Replica[]): Promise<Gateway> {
  const ports = replicas.map(({ port }) => port);
  const gateway = await startGateway(await freePort(), ports);
  closing.unshift(gateway);
  return gateway;
}

/** The ports of those who answer a few requests. */
async function listAnswering({ url }: Gateway): Promise<Set<unknown>> {
  const answering = new Set();
  for (let left = 6; left > 0; left -= 1) answering.add((await sendRequest(url)).body['port']);
  return answering;
}

const ready = (response: ServerResponse) => response.end();
const unready = (response: ServerResponse) => response.writeHead(503).end();
const slow = (response: ServerResponse) => void setTimeout(() => response.end(), 1_500);
const hasBeenChecked = (replica: Replica, times: number) =>
  waitUntil(`there were ${times} checks`, async () => replica.checks >= times);

test('a replica whose checks are slow is asked like any other', async () => {
  const [quick, laggard] = [await startReplica(ready), await startReplica(slow)];
  const gateway = await openGateway(quick, laggard);
  await hasBeenChecked(laggard, 3);
  expect(await listAnswering(gateway)).toEqual(new Set([quick.port, laggard.port]));
});

test('one check that fails does not count, the next one does', async () => {
  const held: ServerResponse[] = [];
  const other = await startReplica(ready);
  const failing = await startReplica((response, check) => (check === 2 ? held.push(response) : unready(response)));
  const gateway = await openGateway(other, failing);
  await hasBeenChecked(failing, 2);
  expect(await listAnswering(gateway)).toEqual(new Set([other.port, failing.port]));
  for (const response of held) unready(response);
  await hasBeenChecked(failing, 3);
  expect(await listAnswering(gateway)).toEqual(new Set([other.port]));
});

test('a replica that is ready again is asked again', async () => {
  const other = await startReplica(ready);
  const back = await startReplica((response, check) => (check > 2 ? ready(response) : unready(response)));
  const gateway = await openGateway(other, back);
  await hasBeenChecked(back, 4);
  expect(await listAnswering(gateway)).toEqual(new Set([other.port, back.port]));
});

test('where none is ready any is asked', async () => {
  const replicas = [await startReplica(unready), await startReplica(unready)];
  const gateway = await openGateway(...replicas);
  for (const replica of replicas) await hasBeenChecked(replica, 3);
  expect((await listAnswering(gateway)).size).toBe(2);
});

import { sendRequest } from 'stack/http-request';
import { isReady } from 'stack/readiness';
import { waitUntil } from 'stack/wait-until';
import { waitForEnds } from '../order-service/test/change-followers.ts';
import { readChanges } from '../order-service/test/change-reader.ts';
import { useEmbeddedStack } from './embedded-stack.ts';
import { placeOn } from './replicas/place-on.ts';

// Short enough to wait for, long enough to tell a notification from catching up.
const beatMs = 5_000;
const system = useEmbeddedStack({ order: { CHANGE_BEAT_INTERVAL_MS: String(beatMs) } }, 3);

async function openReader(url: string, lastEventId?: string) {
  const reader = await readChanges(url, lastEventId);
  await reader.waitFor(1);
  return reader;
}

/** How long a reader of one replica waits for the end of an order that another one places. */
async function timeNews(readerUrl: string, placer = system.orderReplicas[0]): Promise<number> {
  const reader = await openReader(readerUrl);
  const placedAtMs = performance.now();
  const { id } = await placeOn(system, placer);
  await waitForEnds(reader, system.doors.order, [id]);
  reader.close();
  return performance.now() - placedAtMs;
}

test('a reader of any replica hears at once of what any other does', async () => {
  for (const { url } of system.orderReplicas) {
    for (const placer of system.orderReplicas) expect(await timeNews(url, placer)).toBeLessThan(beatMs / 2);
  }
});

test('a replica that is told to end lets its readers go, who hear of everything from another', async () => {
  const [ending, other] = system.orderReplicas;
  if (!ending) throw new Error('no replica');
  const reader = await openReader(ending.url);
  const toldAtMs = performance.now();
  const gone = ending.signal('SIGTERM');
  await reader.ended;
  expect(performance.now() - toldAtMs).toBeLessThan(1_000);
  const { id } = await placeOn(system, other);
  await gone;
  expect(performance.now() - toldAtMs).toBeLessThan(8_000);
  const again = await openReader(system.doors.order.url, reader.told().at(-1)?.id);
  await waitForEnds(again, system.doors.order, [id], 0);
  again.close();
  await ending.start();
});

test('what a replica did that died before it told anyone is heard of all the same', async () => {
  const [dying, other] = system.orderReplicas;
  if (!other) throw new Error('no replica');
  const reader = await openReader(other.url);
  const crash = { mode: 'crash', times: 1 };
  await sendRequest(`${other.url}/faults/after-ended`, { method: 'PUT', body: crash });
  // So that it has answered before it dies.
  const slow = { mode: 'slow', times: 1, delayMs: 1_000 };
  await sendRequest(`${system.services.payment.url}/faults/charge`, { method: 'PUT', body: slow });
  const { id } = await placeOn(system, dying);
  // Not through the gateway, which may just pass a request to the one that dies.
  await waitForEnds(reader, other, [id]);
  reader.close();
  await waitUntil('it is started again', () => isReady(dying?.url ?? ''));
});

test('a stream outlives its database', async () => {
  const [replica, other] = system.orderReplicas;
  const reader = await openReader(replica?.url ?? '');
  await system.databases.order.stop('immediate');
  await system.databases.order.start();
  for (const { url } of system.orderReplicas) await waitUntil('all are ready', () => isReady(url));
  const { id } = await placeOn(system, other);
  await waitForEnds(reader, system.doors.order, [id]);
  reader.close();
  expect(await timeNews(replica?.url ?? '', other)).toBeLessThan(beatMs / 2);
});

import { randomUUID } from 'node:crypto';
import { listCrashPoints } from 'order-service/crash-points';
import type { Order } from 'stack/system-client';
import { waitUntil } from 'stack/wait-until';
import { useEmbeddedStack } from './embedded-stack.ts';

const system = useEmbeddedStack({
  order: {
    LEASE_MS: '300',
    RECOVERY_INTERVAL_MS: '50',
    COMPENSATION_ATTEMPTS: '2',
    COMPENSATION_BACKOFF_FIRST_MS: '20',
    COMPENSATION_BACKOFF_MAX_MS: '20',
  },
});
const lamp = { itemName: 'lamp', quantity: 2, price: 10 };
const json = { 'content-type': 'application/json' };

type Direction = 'forward' | 'backward' | 'stuck';
const points = listCrashPoints(['payment', 'inventory']);
/** Which stories pass a point: every saga begins, is claimed and ends; the rest is passed in one direction alone. */
const cases = points.flatMap((point): [string, Direction][] => {
  if (/action|begun|claimed|ended/.test(point)) {
    const both: Direction[] = /begun|claimed|ended|action-\w+-payment/.test(point)
      ? ['forward', 'backward']
      : ['forward'];
    return both.map((direction) => [point, direction]);
  }
  return [[point, /parked|retried|resolved/.test(point) ? 'stuck' : 'backward']];
});

/** Asks until there is an answer: the process may die at any time, at a look for lapsed leases even between two requests. */
function askStubbornly<T>(ask: () => Promise<T>): Promise<T> {
  return waitUntil('it is answered', () =>
    ask().then(
      (answer) => [answer] as const,
      () => undefined,
    ),
  ).then(([answer]) => answer);
}

async function setFault(url: string, body: object): Promise<void> {
  const request = { method: 'PUT', headers: json, body: JSON.stringify(body) };
  const response = await askStubbornly(() => fetch(url, request));
  expect(response.status).toBe(200);
}

async function listFaults(): Promise<unknown[]> {
  const response = await fetch(`${system.services.order.url}/faults`);
  return ((await response.json()) as { items: unknown[] }).items;
}

/** Asks with the same key until there is an answer, as a client that saw its connection break would. */
function placeStubbornly(body: object): Promise<Order> {
  const key = randomUUID();
  return waitUntil('the order is answered', async () => {
    const response = await fetch(`${system.services.order.url}/orders`, {
      method: 'POST',
      headers: { ...json, 'idempotency-key': key },
      body: JSON.stringify(body),
    }).catch(() => undefined);
    return response?.status === 201 ? ((await response.json()) as Order) : undefined;
  });
}

/** Retries or resolves a stuck saga, whoever dies over it, and says whether it got where it was wanted. */
async function moveStubbornly(sagaId: string, wanted: string): Promise<boolean> {
  const saga = `${system.services.order.url}/sagas/${sagaId}`;
  const move = wanted === 'RESOLVED' ? 'resolve' : 'retry';
  const body = JSON.stringify({ reason: 'paid back in cash', by: 'eva' });
  await fetch(`${saga}/${move}`, { method: 'POST', headers: json, body }).catch(() => {});
  return (await system.client.findSaga(sagaId).catch(() => undefined))?.status === wanted;
}

test('there is a case for every point', () => {
  expect(new Set(cases.map(([point]) => point))).toEqual(new Set(points));
});

test.each(cases)(
  'promise 1: killed at %s, going %s, the saga still ends, all done or nothing done',
  async (point, direction) => {
    const { client, services } = system;
    const { order, payment } = services;
    if (direction === 'stuck') await setFault(`${payment.url}/faults/refund`, { mode: 'error' });
    // A claim needs somebody who died before.
    if (point === 'after-claimed') await setFault(`${order.url}/faults/after-begun`, { mode: 'crash', times: 1 });
    await setFault(`${order.url}/faults/${point}`, { mode: 'crash', times: 1 });

    const placed = await placeStubbornly({ ...lamp, failInventory: direction !== 'forward' });
    const ended = await askStubbornly(() => client.waitUntilOver(placed));
    const held = [await client.findPayment(placed.sagaId), await client.findReservation(placed.sagaId)];
    const statuses = held.map((row) => row?.status);
    if (direction === 'forward') {
      expect(ended).toMatchObject({ status: 'COMPLETED', sagaStatus: 'COMPLETED' });
      expect(statuses).toEqual(['CHARGED', 'RESERVED']);
    } else if (direction === 'backward') {
      expect(ended).toMatchObject({ status: 'CANCELLED', sagaStatus: 'COMPENSATED' });
      expect(statuses).not.toContain('CHARGED');
      expect(statuses).not.toContain('RESERVED');
    } else {
      expect(ended).toMatchObject({ status: 'CANCELLED', sagaStatus: 'COMPENSATION_STUCK' });
      await fetch(`${payment.url}/faults`, { method: 'DELETE' });
      const wanted = point.includes('resolved') ? 'RESOLVED' : 'COMPENSATED';
      await waitUntil(`the saga is ${wanted}`, () => moveStubbornly(placed.sagaId, wanted));
    }
    await waitUntil('it has died there', async () => (await askStubbornly(listFaults)).length === 0);
    await waitUntil('the order service is back', () => order.start().then(() => true));
  },
);

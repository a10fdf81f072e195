import { newId } from 'service-kit/ids';
import { type AuditedSystem, startAuditedSystem } from './audit-system.ts';

let system: AuditedSystem;
beforeAll(async () => {
  system = await startAuditedSystem({ COMPENSATION_ATTEMPTS: '1' });
});
afterAll(() => system.close());
afterEach(() => {
  system.toPayment.intercept = () => false;
  system.toInventory.intercept = () => false;
});

interface Placed {
  id: string;
  sagaId: string;
  sagaStatus: string;
}

async function place(order: object = {}): Promise<Placed> {
  const request = { itemName: 'Apple', quantity: 3, price: 3.5, ...order };
  return (await system.order.http.post('/orders').send(request).expect(201)).body;
}

/** An order that is CANCELLED with its charge not refunded. */
async function placeStuck(): Promise<Placed> {
  system.toPayment.intercept = ({ url }, response) => {
    if (url === '/payments/refund') response.writeHead(500).end();
    return url === '/payments/refund';
  };
  const order = await place({ itemName: 'unicorn' });
  system.toPayment.intercept = () => false;
  expect(order.sagaStatus).toBe('COMPENSATION_STUCK');
  return order;
}

/** A saga that is at its first step, held by a process that is busy with it. */
async function placeInFlight(): Promise<Placed> {
  const [id, sagaId] = [newId(), newId()];
  await system.order
    .sql`INSERT INTO sagas (id, input, lease_until) VALUES (${sagaId}, '{}', now() + interval '1 hour')`;
  await system.order.sql`INSERT INTO orders (id, saga_id, item_name, quantity, amount_cents)
    VALUES (${id}, ${sagaId}, 'apple', 1, 100)`;
  return { id, sagaId, sagaStatus: 'STARTED' };
}

async function charge(sagaId: string, orderId = 'by-hand'): Promise<void> {
  await system.payment.http.post('/payments/charge').send({ sagaId, orderId, amount: 1 }).expect(200);
}

async function reserve(sagaId: string): Promise<void> {
  await system.inventory.http.post('/inventory/reserve').send({ sagaId, productId: 'pear', qty: 2 }).expect(200);
}

/** What an audit says of one saga. */
async function problemsOf(sagaId: string): Promise<string[]> {
  const { clean, discrepancies, discrepancyCount } = await system.audit();
  expect(clean).toBe(discrepancyCount === 0);
  return discrepancies.filter((found) => found.sagaId === sagaId).map(({ problem }) => problem);
}

test('promise 3: mixed orders leave clean books, and what a stuck saga holds is named', async () => {
  expect(await system.audit()).toMatchObject({ clean: true, quiet: true, totals: { charged: 0, reserved: 0 } });
  await place();
  await place({ itemName: 'PEAR', quantity: 1, price: 0.1 });
  await place({ price: 9999, quantity: 1 });
  await place({ itemName: 'basilisk' });
  await place({ failInventory: true });
  const stuck = await placeStuck();
  const audit = await system.audit();
  expect(audit).toEqual({
    startedAt: expect.any(String),
    durationMs: expect.any(Number),
    clean: true,
    quiet: true,
    totals: {
      orders: { PENDING: 0, COMPLETED: 2, CANCELLED: 4 },
      ...{ charged: 42.1, refunded: 21, completed: 10.6, held: 10.5 },
      ...{ reserved: 4, completedUnits: 4, heldUnits: 0 },
    },
    inFlight: 0,
    stuckCount: 1,
    stuck: [{ sagaId: stuck.sagaId, orderId: stuck.id, holds: ['payment'] }],
    ...{ resolvedCount: 0, resolved: [], orphanCount: 0, orphans: [], discrepancyCount: 0, discrepancies: [] },
  });
  await system.order.sql`UPDATE sagas SET status = 'RESOLVED' WHERE id = ${stuck.sagaId}`;
  expect(await system.audit()).toMatchObject({
    ...{ clean: true, stuck: [] },
    resolved: audit.stuck,
    resolvedCount: 1,
  });
});

test('sagas in flight, or over only after the audit began, are not judged', async () => {
  const inFlight = await placeInFlight();
  await charge(inFlight.sagaId);
  const later = await place();
  await system.payment.sql`DELETE FROM payments WHERE saga_id = ${later.sagaId}`;
  await system.order.sql`UPDATE sagas SET updated_at = now() + interval '1 hour' WHERE id = ${later.sagaId}`;
  expect(await system.audit()).toMatchObject({ clean: true, quiet: false, inFlight: 2 });
  await system.order.sql`UPDATE sagas SET updated_at = now() WHERE id = ${later.sagaId}`;
  expect(await problemsOf(later.sagaId)).toEqual(['payment-missing']);
  await system.order.sql`UPDATE sagas SET status = 'COMPLETED', updated_at = now() WHERE id = ${inFlight.sagaId}`;
  const { inFlight: none, quiet } = await system.audit();
  expect({ none, quiet }).toEqual({ none: 0, quiet: true });
});

test.each<[problem: string, service: 'order' | 'payment' | 'inventory', change: string]>([
  ['payment-not-charged', 'payment', "UPDATE payments SET status = 'REFUNDED' WHERE saga_id = $1"],
  ['payment-missing', 'payment', 'DELETE FROM payments WHERE saga_id = $1'],
  ['payment-amount-differs', 'payment', 'UPDATE payments SET amount_cents = amount_cents + 1 WHERE saga_id = $1'],
  ['reservation-not-reserved', 'inventory', "UPDATE reservations SET status = 'RELEASED' WHERE saga_id = $1"],
  ['reservation-missing', 'inventory', 'DELETE FROM reservations WHERE saga_id = $1'],
  ['reservation-quantity-differs', 'inventory', 'UPDATE reservations SET quantity = 2 WHERE saga_id = $1'],
  ['reservation-product-differs', 'inventory', "UPDATE reservations SET product_id = 'cup' WHERE saga_id = $1"],
  ['order-status-differs', 'order', "UPDATE orders SET status = 'CANCELLED' WHERE saga_id = $1"],
  ['order-missing', 'order', 'DELETE FROM orders WHERE saga_id = $1'],
])('%s of a completed order is found', async (problem, service, change) => {
  const { sagaId } = await place();
  expect(await problemsOf(sagaId)).toEqual([]);
  await system[service].sql.unsafe(change, [sagaId]);
  expect(await problemsOf(sagaId)).toEqual([problem]);
});

test('a cancelled order that is charged or reserved after all is found', async () => {
  const { sagaId } = await place({ itemName: 'unicorn' });
  await system.payment.sql`UPDATE payments SET status = 'CHARGED' WHERE saga_id = ${sagaId}`;
  await system.inventory.sql`DELETE FROM reservations WHERE saga_id = ${sagaId}`;
  await reserve(sagaId);
  expect(await problemsOf(sagaId)).toEqual(['payment-not-refunded', 'reservation-not-released']);
});

test('rows of sagas that nobody began are found, wherever their ids are; those that hold nothing are only named', async () => {
  const first = '00000000-0000-0000-0000-000000000001';
  const last = 'ffffffff-ffff-4fff-bfff-ffffffffffff';
  const both = newId();
  const settled = newId();
  for (const sagaId of [first, both]) await charge(sagaId);
  for (const sagaId of [last, both]) await reserve(sagaId);
  await system.payment.http.post('/payments/refund').send({ sagaId: settled, reason: 'by hand' }).expect(200);
  expect(await problemsOf(first)).toEqual(['payment-orphaned']);
  expect(await problemsOf(last)).toEqual(['reservation-orphaned']);
  expect(await problemsOf(both)).toEqual(['payment-orphaned', 'reservation-orphaned']);
  expect(await problemsOf(settled)).toEqual([]);
  const { orphans, orphanCount } = await system.audit();
  expect(orphanCount).toBe(4);
  expect(orphans[0]).toEqual({ sagaId: first, payment: 'CHARGED', reservation: null });
  expect(orphans).toContainEqual({ sagaId: settled, payment: 'VOIDED', reservation: null });
});

test('rows that came after the audit began are not called orphans', async () => {
  const sagaId = newId();
  await charge(sagaId);
  await system.payment.sql`UPDATE payments SET created_at = now() + interval '1 hour' WHERE saga_id = ${sagaId}`;
  const { orphans } = await system.audit();
  expect(orphans.map((orphan) => orphan.sagaId)).not.toContain(sagaId);
});

test('stock and money that do not add up are found', async () => {
  const { sagaId } = await place();
  await system.inventory.sql`UPDATE reservations SET product_id = 'desk', quantity = 1000 WHERE saga_id = ${sagaId}`;
  await system.payment.sql`UPDATE payments SET amount_cents = 7 WHERE saga_id = ${sagaId}`;
  const { quiet, discrepancies } = await system.audit();
  expect(quiet).toBe(true);
  const sums = discrepancies.filter((found) => found.sagaId === null);
  expect(sums.map(({ problem }) => problem)).toEqual(
    expect.arrayContaining(['money-not-conserved', 'units-not-conserved']),
  );
  const detail = 'desk: stocked 1000000, available 1000000 + reserved 1000';
  expect(sums).toContainEqual({ sagaId: null, problem: 'stock-not-conserved', detail });
});

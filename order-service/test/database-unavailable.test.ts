import { inventoryConfig } from 'inventory-service/config';
import { createService as createInventoryService } from 'inventory-service/service';
import { paymentConfig } from 'payment-service/config';
import { createService as createPaymentService } from 'payment-service/service';
import { readConfig } from 'service-kit/config';
import { newId } from 'service-kit/ids';
import { waitUntil } from 'stack/wait-until';
import type { Response } from 'supertest';
import { type HttpService, startHttpService } from '../../service-kit/test/http-service.ts';
import { type PostgresForwarder, startPostgresForwarder } from '../../service-kit/test/postgres-forwarder.ts';
import { expectProblem } from '../../service-kit/test/problem-expectation.ts';
import { orderConfig } from '../src/config.ts';
import { createService as createOrderService } from '../src/service.ts';

interface Part extends HttpService {
  database: PostgresForwarder;
}

let payment: Part;
let inventory: Part;
let order: Part;
beforeEach(async () => {
  payment = await start((env) => createPaymentService(readConfig(paymentConfig, env)));
  inventory = await start((env) => createInventoryService(readConfig(inventoryConfig, env)));
  const participants = { PAYMENT_SERVICE_URL: payment.url, INVENTORY_SERVICE_URL: inventory.url };
  // Short leases, so that a saga that was dropped is soon taken up again.
  const knobs = { LEASE_MS: '2000', DRAIN_TIMEOUT_MS: '1000' };
  order = await start((env) => createOrderService(readConfig(orderConfig, { ...env, ...participants, ...knobs })));
});
afterEach(async () => {
  for (const part of [order, payment, inventory]) {
    await part.close();
    await part.database.close();
  }
});

async function start(startService: Parameters<typeof startHttpService>[0]): Promise<Part> {
  let database: PostgresForwarder | undefined;
  const service = await startHttpService(startService, async (url) => {
    database = await startPostgresForwarder(url);
    return database.url;
  });
  return { ...service, database: database as PostgresForwarder };
}

const parts = () => [order, payment, inventory];
const placed = { itemName: 'lamp', quantity: 1, price: 10 };
const charged = () => ({ sagaId: newId(), orderId: 'one', amount: 10 });
const reserved = () => ({ sagaId: newId(), productId: 'lamp', quantity: 1 });

/** Whatever needs a database that can be written to. */
const writing = (): Promise<Response>[] =>
  [
    order.http.post('/orders').send(placed),
    order.http.post('/orders').set('idempotency-key', newId()).send(placed),
    order.http.post('/orders/place').send({ productId: 'lamp', qty: 1, amount: 10 }),
    order.http.post(`/sagas/${newId()}/retry`),
    payment.http.post('/payments/charge').send(charged()),
    payment.http.post('/payments/refund').send({ sagaId: newId(), reason: 'none' }),
    inventory.http.post('/inventory/reserve').send(reserved()),
    inventory.http.post('/inventory/release').send({ sagaId: newId() }),
    inventory.http.put('/inventory/products/lamp').send({ available: 1000 }),
    ...parts().map(({ http }) => http.get('/readyz')),
  ].map((request) => request.then((response) => response));

/** Whatever needs a database at all. */
const reading = (): Promise<Response>[] =>
  [
    order.http.get('/orders'),
    order.http.get('/sagas'),
    order.http.get(`/sagas/${newId()}`),
    order.http.get('/books'),
    order.http.get('/audit'),
    payment.http.get(`/payments/${newId()}`),
    payment.http.get('/payments?limit=5'),
    ...Array.from({ length: 5 }, () => payment.http.get('/payments/totals')),
    inventory.http.get('/inventory?limit=5'),
    inventory.http.get('/inventory/products'),
  ].map((request) => request.then((response) => response));

const isWell = async () => {
  const [{ status, body }, ...ready] = await Promise.all([
    order.http.post('/orders').send(placed),
    ...parts().map(({ http }) => http.get('/readyz')),
  ]);
  return status === 201 && body.status === 'COMPLETED' && ready.every((response) => response.status === 200);
};

async function expectUnavailable(ask: () => Promise<Response>[]): Promise<void> {
  const startedAt = performance.now();
  for (const answer of await Promise.all(ask())) {
    const { type } = answer.body;
    // What was on its way when the connection was cut may have been done.
    expectProblem(
      answer,
      503,
      type === '/problems/order-state-unknown' ? 'order-state-unknown' : 'service-unavailable',
    );
    expect(answer.headers['retry-after']).toBe('1');
  }
  expect(performance.now() - startedAt).toBeLessThan(5_000);
}

test.each<[string, (database: PostgresForwarder) => void]>([
  ['is refused', (database) => database.switchOff('refuse')],
  ['is closed at once', (database) => database.switchOff('close')],
  ['is never answered', (database) => database.switchOff('mute')],
  ['goes silent on what is connected, too', (database) => database.holdAnswers('')],
])(
  'promise 12: where a connection to the database %s, every call gets a 503 within 5 s, and all is well again',
  async (_how, lose) => {
    expect(await isWell()).toBe(true);
    for (const { database } of parts()) lose(database);
    await expectUnavailable(() => [...writing(), ...reading()]);
    await expectUnavailable(() => [...writing(), ...reading()]);
    for (const { database } of parts()) {
      database.switchOn();
      database.letThrough();
    }
    await waitUntil('all is well', isWell, 5_000);
  },
);

test('promise 12: a failover that leaves a database read-only gives 503, and all is well once it can be written', async () => {
  expect(await isWell()).toBe(true);
  const all = (text: (name: string) => string) =>
    Promise.all(
      parts().map(async ({ sql }) => {
        await sql`SET default_transaction_read_only = off`;
        const [row] = await sql`SELECT current_database() AS name`;
        await sql.unsafe(text(row?.['name']));
        await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND ${text('x').includes(' SET ')}`;
      }),
    );
  await all((name) => `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  await expectUnavailable(writing);
  await expectUnavailable(writing);
  await all((name) => `ALTER DATABASE ${name} RESET default_transaction_read_only`);
  await waitUntil('all is well', isWell, 5_000);
});

test('promise 12: a call of several statements gets a 503 within 5 s, too, however slowly the first are answered', async () => {
  const { saga } = { saga: (await order.http.post('/orders').send(placed)).body.sagaId };
  order.database.delayAnswers(1_200);
  const silent = setTimeout(() => order.database.holdAnswers(''), 3_000);
  const startedAt = performance.now();
  const answers = [
    order.http.post('/orders').set('idempotency-key', newId()).send(placed),
    order.http.get(`/sagas/${saga}`),
    order.http.post(`/sagas/${saga}/retry`),
  ].map(async (request) => [(await request).status, performance.now() - startedAt]);
  for (const [status, ms] of await Promise.all(answers)) {
    expect([200, 201, 202, 409, 503]).toContain(status);
    expect(ms).toBeLessThan(status === 503 ? 5_000 : 15_000);
  }
  clearTimeout(silent);
  order.database.letThrough();
});

import { readConfig } from 'service-kit/config';
import type { Service } from 'service-kit/service-program';
import { freshDatabase } from 'stack/fresh-database';
import supertest from 'supertest';
import type { HttpService } from '../../service-kit/test/http-service.ts';
import { type PostgresForwarder, startPostgresForwarder } from '../../service-kit/test/postgres-forwarder.ts';
import { orderConfig } from '../src/config.ts';
import { createService } from '../src/service.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

// A database that takes every statement and answers none, as one does whose machine is paused.
let participants: OrderSystem;
let database: PostgresForwarder;
let order: Service & Pick<HttpService, 'http'>;
beforeEach(async () => {
  participants = await startOrderSystem();
  database = await startPostgresForwarder(await freshDatabase());
  const env = { PORT: '0', DATABASE_URL: database.url, LOG_LEVEL: 'error', LOG_FORMAT: 'json' };
  const urls = { PAYMENT_SERVICE_URL: participants.toPayment.url, INVENTORY_SERVICE_URL: participants.inventory.url };
  const knobs = { ORDER_WAIT_MS: '500', DRAIN_TIMEOUT_MS: '1000' };
  const service = await createService(readConfig(orderConfig, { ...env, ...urls, ...knobs }));
  order = { ...service, http: supertest(service.url) };
});
afterEach(async () => {
  await order.close();
  await database.close();
  await participants.close();
});

/** Places an order whose database freezes while payment is asked. */
async function placeAndFreeze() {
  const asked = new Promise<void>((resolve) => {
    participants.toPayment.intercept = () => {
      database.holdAnswers('');
      resolve();
      return false;
    };
  });
  const answer = order.http
    .post('/orders')
    .send({ itemName: 'lamp', quantity: 1, price: 10 })
    .then((response) => response);
  await asked;
  return answer;
}

test('promise 1: an accepted order is answered 202 within the wait budget, whatever the database does', async () => {
  const startedAt = performance.now();
  const { status, body } = await placeAndFreeze();
  expect([status, body.status]).toEqual([202, 'PENDING']);
  expect(performance.now() - startedAt).toBeLessThan(1500);
  database.letThrough();
});

test('a stop comes to its end all the same', async () => {
  await placeAndFreeze();
  const toldAt = performance.now();
  await order.close();
  expect(performance.now() - toldAt).toBeLessThan(3000);
});

import { inventoryConfig } from 'inventory-service/config';
import { createService as createInventoryService } from 'inventory-service/service';
import { paymentConfig } from 'payment-service/config';
import { createService as createPaymentService } from 'payment-service/service';
import { readConfig } from 'service-kit/config';
import { newId } from 'service-kit/ids';
import { freshDatabase } from 'stack/fresh-database';
import { startPostgresForwarder } from '../../service-kit/test/postgres-forwarder.ts';
import { createInventoryProxy } from '../src/participants/inventory-proxy.ts';
import { createPaymentProxy } from '../src/participants/payment-proxy.ts';

const order = {
  orderId: newId(),
  itemName: 'apple',
  quantity: 1,
  amountCents: 100,
  failPayment: false,
  failInventory: false,
};
const newContext = () => ({ sagaId: newId(), attempt: 1, timeoutMs: 5_000 });
const configure = (databaseUrl: string) => ({ PORT: '0', DATABASE_URL: databaseUrl, LOG_LEVEL: 'error' });

const participants = [
  {
    name: 'payment-service',
    start: (url: string) => createPaymentService(readConfig(paymentConfig, configure(url))),
    callsOf: (url: string) => {
      const { charge, refund } = createPaymentProxy(url);
      return [charge, refund];
    },
  },
  {
    name: 'inventory-service',
    start: (url: string) => createInventoryService(readConfig(inventoryConfig, configure(url))),
    callsOf: (url: string) => {
      const { reserve, release } = createInventoryProxy(url);
      return [reserve, release];
    },
  },
];

test.each(participants)('$name without its database asks to be called again, and recovers', async (participant) => {
  const database = await startPostgresForwarder(await freshDatabase());
  const service = await participant.start(database.url);
  const calls = participant.callsOf(service.url);
  database.switchOff();
  for (const call of calls) {
    expect(await call(order, newContext())).toEqual({
      outcome: 'unknown',
      kind: 'http-status',
      httpStatus: 503,
      reason: 'HTTP 503 service-unavailable',
      transient: true,
      retryAfterMs: 1000,
    });
  }
  database.switchOn();
  for (const call of calls) expect(await call(order, newContext())).toMatchObject({ outcome: 'succeeded' });
  await service.close();
  await database.close();
});

test.each(participants)('$name that was stopped refuses the connection', async (participant) => {
  const service = await participant.start(await freshDatabase());
  const calls = participant.callsOf(service.url);
  for (const call of calls) expect(await call(order, newContext())).toMatchObject({ outcome: 'succeeded' });
  await service.close();
  for (const call of calls) {
    expect(await call(order, newContext())).toEqual({
      outcome: 'not-sent',
      kind: 'network',
      reason: expect.stringContaining('ECONNREFUSED'),
      transient: true,
    });
  }
});

import { useEmbeddedStack } from './embedded-stack.ts';

const system = useEmbeddedStack();
const chair = { itemName: 'chair', quantity: 1, price: 80 };

test('payment-service is down: orders are cancelled, nothing was sent, and nothing is to be compensated', async () => {
  const { services, client } = system;
  await services.payment.signal('SIGKILL');
  const placed = await Promise.all([1, 2, 3].map(() => client.placeOrderAsync(chair)));
  for (const order of placed) {
    expect(await client.waitUntilOver(order)).toMatchObject({
      ...{ status: 'CANCELLED', sagaStatus: 'COMPENSATED' },
      failure: { step: 'payment', outcome: 'not-sent' },
    });
  }
  await services.payment.start();

  for (const { sagaId } of placed) {
    expect(await client.findPayment(sagaId)).toBeUndefined();
    expect(await client.findReservation(sagaId)).toBeUndefined();
    expect((await client.findSaga(sagaId))?.compensationFailures).toEqual([]);
  }
});

test('inventory-service is down: what was charged is refunded, and nothing was sent that could be reserved', async () => {
  const { services, client } = system;
  await services.inventory.signal('SIGKILL');
  const placed = await client.placeOrderAsync(chair);
  expect(await client.waitUntilOver(placed)).toMatchObject({ status: 'CANCELLED', sagaStatus: 'COMPENSATED' });
  await services.inventory.start();

  expect(await client.findPayment(placed.sagaId)).toMatchObject({ status: 'REFUNDED' });
  expect(await client.findReservation(placed.sagaId)).toBeUndefined();
});

import { useEmbeddedStack } from './embedded-stack.ts';

const system = useEmbeddedStack();
const chair = { itemName: 'chair', quantity: 1, price: 80 };

test('payment-service is down: orders are cancelled, and nothing is charged once it is back', async () => {
  const { services, client } = system;
  await services.payment.signal('SIGKILL');
  const placed = await Promise.all([1, 2, 3].map(() => client.placeOrderAsync(chair)));
  for (const order of placed) expect(await client.waitUntilDecided(order)).toMatchObject({ status: 'CANCELLED' });
  await services.payment.start();

  for (const order of placed) {
    expect(await client.waitUntilOver(order)).toMatchObject({ status: 'CANCELLED', sagaStatus: 'COMPENSATED' });
    expect(await client.findPayment(order.sagaId)).toMatchObject({ status: 'VOIDED' });
    expect(await client.findReservation(order.sagaId)).toBeUndefined();
    const [failure] = (await client.findSaga(order.sagaId))?.compensationFailures ?? [];
    expect(failure).toMatchObject({ step: 'payment', attempt: 1, outcome: 'unknown' });
  }
});

test('inventory-service is down: what was charged is refunded, and nothing is reserved once it is back', async () => {
  const { services, client } = system;
  await services.inventory.signal('SIGKILL');
  const placed = await client.placeOrderAsync(chair);
  expect(await client.waitUntilDecided(placed)).toMatchObject({ status: 'CANCELLED' });
  await services.inventory.start();

  expect(await client.waitUntilOver(placed)).toMatchObject({ status: 'CANCELLED', sagaStatus: 'COMPENSATED' });
  expect(await client.findPayment(placed.sagaId)).toMatchObject({ status: 'REFUNDED' });
  expect(await client.findReservation(placed.sagaId)).toMatchObject({ status: 'VOIDED' });
});

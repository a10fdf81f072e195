import { fastTakeover } from 'stack/crash-story';
import { useEmbeddedStack } from './embedded-stack.ts';

// Whoever is paused here must not be given up before the crash.
const system = useEmbeddedStack({
  order: { ...fastTakeover, ACTION_TIMEOUT_MS: '10000', COMPENSATION_TIMEOUT_MS: '10000' },
});
const lamp = { itemName: 'lamp', quantity: 2, price: 100 };

test('order-service is killed while it charges: the next one completes the order, charged once', async () => {
  const { services, client } = system;
  await services.payment.signal('SIGSTOP');
  const placed = await client.placeOrderAsync(lamp);
  await client.waitUntilCalled(placed.sagaId, 'payment', 'action');
  await services.order.signal('SIGKILL');
  await services.payment.signal('SIGCONT');
  await services.order.start();

  expect(await client.waitUntilOver(placed)).toMatchObject({ status: 'COMPLETED', sagaStatus: 'COMPLETED' });
  expect(await client.findPayment(placed.sagaId)).toMatchObject({ status: 'CHARGED', amount: 200 });
  expect(await client.findReservation(placed.sagaId)).toMatchObject({ status: 'RESERVED', quantity: 2 });
});

test('order-service is killed while it refunds: the next one refunds, and everything is undone', async () => {
  const { services, client } = system;
  await services.inventory.signal('SIGSTOP');
  const placed = await client.placeOrderAsync({ ...lamp, failInventory: true });
  await client.waitUntilCalled(placed.sagaId, 'inventory', 'action');
  expect(await client.findPayment(placed.sagaId)).toMatchObject({ status: 'CHARGED' });
  await services.payment.signal('SIGSTOP');
  await services.inventory.signal('SIGCONT');
  await client.waitUntilCalled(placed.sagaId, 'payment', 'compensation');
  await services.order.signal('SIGKILL');
  await services.payment.signal('SIGCONT');
  await services.order.start();

  expect(await client.waitUntilOver(placed)).toMatchObject({ status: 'CANCELLED', sagaStatus: 'COMPENSATED' });
  expect(await client.findPayment(placed.sagaId)).toMatchObject({ status: 'REFUNDED', amount: 200 });
  expect(await client.findReservation(placed.sagaId)).toMatchObject({ status: 'VOIDED' });
});

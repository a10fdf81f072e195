import { useEmbeddedStack } from './embedded-stack.ts';

const system = useEmbeddedStack();

test('the log tells the story of an order of 9999', async () => {
  const requestId = 'the-order-of-9999';
  const order = await system.client.placeOrder(
    { item_name: 'Bomb', quantity: 1, price: 9999 },
    { 'x-request-id': requestId },
  );
  const story = { service: 'order-service', requestId, sagaId: order.sagaId, orderId: order.id };

  const lines = system.readLog('order').filter(({ orderId }) => orderId === order.id);
  const told = [
    { message: 'order created (PENDING)', ...story },
    {
      message: 'payment failed (500)',
      step: 'payment',
      outcome: 'unknown',
      kind: 'http-status',
      durationMs: expect.any(Number),
      ...story,
    },
    { message: 'compensating transaction executed (CANCELLED)', ...story },
  ];
  const messages = told.map(({ message }) => message);
  expect(lines.filter(({ message }) => messages.includes(String(message)))).toMatchObject(told);
});

test('the request id travels to the participants', async () => {
  const requestId = 'an-order-of-one-cup';
  const { sagaId } = await system.client.placeOrder(
    { itemName: 'cup', quantity: 1, price: 5 },
    { 'x-request-id': requestId },
  );
  for (const participant of ['payment', 'inventory'] as const) {
    const line = system.readLog(participant).find((candidate) => candidate['sagaId'] === sagaId);
    expect(line).toMatchObject({ service: `${participant}-service`, requestId });
  }
});

import { waitUntil } from 'stack/wait-until';
import { useEmbeddedStack } from './embedded-stack.ts';

const system = useEmbeddedStack();

test('the log tells the story of an order of 9999', async () => {
  const requestId = 'the-order-of-9999';
  const order = await system.client.placeOrder(
    { item_name: 'Bomb', quantity: 1, price: 9999 },
    { 'x-request-id': requestId },
  );
  const story = { service: 'order-service', requestId, sagaId: order.sagaId, orderId: order.id };

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
  const readStory = () =>
    system
      .readLog('order')
      .filter(({ orderId, message }) => orderId === order.id && messages.includes(String(message)));
  // An answer is sent a moment before the lines of its turn are written.
  await waitUntil('the story is told', async () => readStory().length >= told.length);
  expect(readStory()).toMatchObject(told);
});

test('the request id travels to the participants', async () => {
  const requestId = 'an-order-of-one-cup';
  const { sagaId } = await system.client.placeOrder(
    { itemName: 'cup', quantity: 1, price: 5 },
    { 'x-request-id': requestId },
  );
  for (const participant of ['payment', 'inventory'] as const) {
    const line = await waitUntil('a line', async () =>
      system.readLog(participant).find((candidate) => candidate['sagaId'] === sagaId),
    );
    expect(line).toMatchObject({ service: `${participant}-service`, requestId });
  }
});

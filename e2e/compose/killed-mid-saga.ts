import type { ComposeStack } from './compose-stack.ts';

export function killOrderService(stack: () => ComposeStack): void {
  afterEach(() => stack().restore());

  test('the next order-service brings the saga to its end, and both participants agree with it', async () => {
    const { client, compose, restore } = stack();
    // A participant that does not answer holds the saga where it is.
    await compose('pause', 'inventory-service');
    const placed = await client.placeOrderAsync({ itemName: 'apple', quantity: 3, price: 10 });
    await client.waitUntilCalled(placed.sagaId, 'inventory', 'action');
    await compose('kill', '--signal', 'SIGKILL', 'order-service');
    await restore();

    const { status, sagaId } = await client.waitUntilOver(placed);
    const saga = await client.findSaga(sagaId);
    const payment = await client.findPayment(sagaId);
    const reservation = await client.findReservation(sagaId);
    expect(saga?.log.map(({ type }) => type)).toContain('claimed');
    expect([status, saga?.status, payment?.status, reservation?.status]).toEqual(
      status === 'COMPLETED'
        ? ['COMPLETED', 'COMPLETED', 'CHARGED', 'RESERVED']
        : ['CANCELLED', 'COMPENSATED', 'REFUNDED', expect.stringMatching(/^(RELEASED|VOIDED)$/)],
    );
    expect(payment?.amount).toBe(30);
  });
}

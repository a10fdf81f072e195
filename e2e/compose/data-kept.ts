import type { ComposeStack } from './compose-stack.ts';

export function keepData(stack: () => ComposeStack): void {
  test('orders, sagas, payments and stock outlive the containers', async () => {
    const { client, compose, down, up } = stack();
    const { id, sagaId, status } = await client.placeOrder({ itemName: 'apple', quantity: 4, price: 10 });
    expect(status).toBe('COMPLETED');
    const readAll = () =>
      Promise.all([
        client.findOrder(id),
        client.findSaga(sagaId),
        client.findPayment(sagaId),
        client.findReservation(sagaId),
        client.listProducts(),
      ]);
    const before = await readAll();

    await down();
    expect(await compose('ps', '--all', '--quiet')).toBe('');
    await up();

    expect(await readAll()).toEqual(before);
  });
}
